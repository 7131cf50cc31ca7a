#!/bin/sh
echo said p; exit 0

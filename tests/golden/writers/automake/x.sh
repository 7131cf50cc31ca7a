#!/bin/sh
echo said x; exit 1

#!/bin/sh
echo said s; exit 77

#!/bin/sh
echo said e; exit 99

#!/bin/sh
echo said xp; exit 0

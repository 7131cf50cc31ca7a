#!/bin/sh
echo said f; exit 1

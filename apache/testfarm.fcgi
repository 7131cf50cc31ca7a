#!/bin/sh
# The wrapper that Apache starts: it tells the endpoint which farm it serves, because suexec lets no other setting
# through. Put it beside the pages, with .htaccess. suexec wants: mode 755, directory 755, both owned by you.

# CHANGE: where the programs and the farm's directory are, whole paths: suexec lets no HOME through. Neither may be below
# the pages' directory. `testfarm-admin wrapper FARM` writes this with the right ones.
exec "/home/me/testfarm/testfarm.fcgi" --farm "/home/me/farm"

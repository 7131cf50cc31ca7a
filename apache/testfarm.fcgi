#!/bin/sh
# The wrapper that Apache starts: it tells the endpoint which farm it serves, because suexec lets no other setting
# through. Put it beside the pages, with .htaccess. suexec wants: mode 755, directory 755, both owned by you.

# CHANGE: where you unpacked the programs, and the farm's directory. Neither may be below the pages' directory.
exec "$HOME/testfarm/testfarm.fcgi" --farm "$HOME/farm"

# For a shared host without FastCGI: the endpoint as plain CGI, a process per request. As .htaccess in the directory of the pages, beside the
# wrapper testfarm.fcgi. Nothing here needs to be changed if the farm has the whole host name.

# No lists of files where a page is missing.
Options -Indexes +ExecCGI

# Only the wrapper is a program. <Files> and not AddHandler: with AddHandler a file like "x.fcgi.txt" would run too.
<Files "testfarm.fcgi">
  SetHandler cgi-script
</Files>

RewriteEngine On
# CHANGE, if the farm is below a path (https://example.org/farm): RewriteBase /farm/
RewriteBase /
# What clients call goes to the endpoint; it sees the address as it was sent.
RewriteRule ^api/1/ testfarm.fcgi [L]

# Pages and raw texts are what they are, and nothing else.
AddDefaultCharset utf-8
# Read, not mapped: a page replaced by a shorter one between Apache's look at its length and its opening would
# be sent with zero bytes at its end, or kill the process. So it is not answered, and asked for again.
EnableMMAP Off
<IfModule mod_mime.c>
  AddType application/json .json
  AddType application/atom+xml .atom
  AddType image/svg+xml .svg
  AddCharset utf-8 .json .atom .xml .svg .js .css
</IfModule>
<IfModule mod_headers.c>
  Header always set X-Content-Type-Options nosniff
  # Pages change at the pace of cron; a browser asks each time and mostly hears "not modified".
  <FilesMatch "\.(html|txt|js|css|svg|json|xml|atom)$">
    Header set Cache-Control no-cache
  </FilesMatch>
  # Other sites' pages may read what is for programs, and show the badges.
  <FilesMatch "\.(json|xml|atom|svg)$">
    Header set Access-Control-Allow-Origin "*"
  </FilesMatch>
  # Search engines: pages of projects yes, a million raw texts and live files no.
  <FilesMatch "\.(txt|json)$">
    Header set X-Robots-Tag noindex
  </FilesMatch>
</IfModule>

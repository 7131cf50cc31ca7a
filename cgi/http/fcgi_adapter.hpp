// The front ends: FastCGI (mod_fcgid, mod_proxy_fcgi, nginx …) and plain CGI, told apart by what the program
// was started with. The only file that knows libfcgi.
#pragma once

#include "base/result.hpp"
#include "cgi/http/request_handler.hpp"

namespace testfarm {

// Serves one request as CGI, or requests until SIGTERM as FastCGI; the one in flight is finished.
Status serve(RequestHandler& handler);

}  // namespace testfarm

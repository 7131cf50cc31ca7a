// HTTP as the client needs it: one request, one answer. The only file that knows libcurl is http.cpp.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace testfarm {

struct HttpRequest {
  std::string method;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct HttpAnswer {
  long status = 0;
  std::string content_type;
  std::string body;           // at most 1 MiB is kept
  std::string location = {};  // of a redirect, as a whole address
};

// Tests put a fake network here.
class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;
  // unavailable where no answer came: nobody knows then whether the request arrived.
  virtual Result<HttpAnswer> send(const HttpRequest& request) = 0;
  // From another thread: a request on its way is given up, as are those that follow, until it is taken back.
  virtual void give_up(bool) {}
};

// Verifies certificates, follows no redirects, gives up after 60 s. For one thread.
Result<std::unique_ptr<Transport>> curl_transport();

}  // namespace testfarm

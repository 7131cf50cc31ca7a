// Who answers requests, as a front end sees it.
#pragma once

#include <cstddef>

#include "cgi/http/request.hpp"

namespace testfarm {

class RequestHandler {
 public:
  RequestHandler() = default;
  RequestHandler(const RequestHandler&) = delete;
  RequestHandler& operator=(const RequestHandler&) = delete;
  virtual ~RequestHandler() = default;

  // Bytes of a body that are read at most: asked before each request is read.
  virtual std::size_t body_cap() = 0;
  virtual Response handle(const Request& request) = 0;
  // What is left to do when the answer is out.
  virtual void after_answer() = 0;
};

}  // namespace testfarm

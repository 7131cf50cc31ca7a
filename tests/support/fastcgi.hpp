// A FastCGI front end of our own: what a web server does to the endpoint, without the web server. Starts
// processes on a unix socket, starts new ones for those that end, and speaks the protocol (FastCGI 1.0,
// sections 3 and 5). Knows nothing of Boost.Test, so that the benches use it too.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"

namespace testfarm {

using FcgiVariables = std::vector<std::pair<std::string, std::string>>;

// The variable of a request header, as CGI names it: "Content-Digest" is HTTP_CONTENT_DIGEST.
std::string variable_of_header(std::string_view name);

// What the records of one answer hold: the program's stdout (head and body as CGI has them).
// unavailable where the program went away before it said that the request has ended, or said nothing for 30
// seconds.
Result<std::string> fcgi_call(const Path& socket, const FcgiVariables& variables, std::string_view body);

class FcgiSpawner {
 public:
  // `command` serves on descriptor 0. Its stderr is appended to `log`.
  static Result<FcgiSpawner> start(std::vector<std::string> command, Path socket, std::size_t processes,
                                   Path log);
  FcgiSpawner(FcgiSpawner&&) noexcept = default;
  FcgiSpawner& operator=(FcgiSpawner&&) = delete;
  // Ends every process that it started: SIGTERM, and SIGKILL for who has not gone two seconds later.
  ~FcgiSpawner();

  const Path& socket() const { return socket_; }
  const std::vector<pid_t>& ids() const { return ids_; }
  // Reaps who has ended and starts as many anew. Answers how many it was.
  std::size_t replace_ended();
  Result<std::string> call(const FcgiVariables& variables, std::string_view body) const {
    return fcgi_call(socket_, variables, body);
  }

 private:
  FcgiSpawner(std::vector<std::string> command, Path socket, Fd listener, Path log)
      : command_(std::move(command)),
        socket_(std::move(socket)),
        listener_(std::move(listener)),
        log_(std::move(log)) {}
  pid_t spawn() const;
  std::vector<std::string> command_;
  Path socket_;
  Fd listener_;
  Path log_;
  std::vector<pid_t> ids_;
};

}  // namespace testfarm

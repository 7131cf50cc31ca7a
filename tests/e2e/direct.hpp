// The endpoint's program without a web server: as CGI, one process a request, or as FastCGI behind a front
// end of our own. Faster than Apache and closer to the program: for tests that kill, stop and starve it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/report/farm_api.hpp"
#include "e2e/apache.hpp"
#include "support/fastcgi.hpp"
#include "support/support.hpp"

namespace testfarm {

// What a front end would pass on.
FcgiVariables variables_of(const HttpRequest& request, const std::string& server);
// An answer of a program, head and body; unavailable where there is none that is whole.
Result<HttpAnswer> answer_of(const std::string& printed);

// Where a trace of strace(1) has them: the names of the system calls, in order.
constexpr const char* strace = "/usr/bin/strace";
std::vector<std::string> calls_in(const std::string& trace);

// The endpoint as CGI.
class CgiTransport : public Transport {
 public:
  CgiTransport(Path farm, std::string server, Path directory)
      : farm_(std::move(farm)), server_(std::move(server)), directory_(std::move(directory)) {}
  Result<HttpAnswer> send(const HttpRequest& request) override;

  std::vector<std::string> before;  // words before the program, such as strace and its options
  // Called with the process when it runs; it is waited for afterwards.
  std::function<void(Process&)> meanwhile;

 private:
  Path farm_;
  std::string server_;
  Path directory_;
};

// The endpoint as FastCGI. Dead processes are not replaced by this.
class FcgiTransport final : public Transport {
 public:
  FcgiTransport(const FcgiSpawner& server, std::string address)
      : server_(server), address_(std::move(address)) {}
  Result<HttpAnswer> send(const HttpRequest& request) override;

 private:
  const FcgiSpawner& server_;
  std::string address_;
};

// A farm with registered clients that its programs serve, and no web server.
class DirectFarm {
 public:
  static constexpr const char* address = "https://ci.example.org";
  // In a directory of its own, or in an empty one of the test's.
  explicit DirectFarm(const Path& where = {});

  Path path() const { return where_; }
  Layout layout() const { return Layout(where_ / "farm"); }
  ClientSecret client(const std::string& name) const;
  FcgiSpawner serve(std::size_t processes) const;
  // Sets one limit of farm.toml.
  void limit(const std::string& name, std::uint64_t value) const;
  // Runs one of our programs; answers its exit code.
  int run(const std::vector<std::string>& command, std::string* printed = nullptr) const;
  void generate() const;  // must work

 private:
  TemporaryDirectory own_;
  Path where_;
};

}  // namespace testfarm

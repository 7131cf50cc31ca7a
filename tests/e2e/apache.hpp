// Real programs for end-to-end tests: processes, a private Apache, a farm behind it, clients registered with
// it.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "client/report/farm_api.hpp"
#include "support/support.hpp"

namespace testfarm {

// Copies of our programs, where an unprivileged user can run them.
const Path& programs();

// One child process, ended at the latest with this object.
class Process {
 public:
  // Output goes to `log`, appended; `environment` ("NAME=value") comes in addition to ours.
  Process(const std::vector<std::string>& command, const Path& log, const Path& directory,
          const Path& input = "/dev/null", const std::vector<std::string>& environment = {});
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();
  pid_t id() const { return id_; }
  void signal(int number) const;
  // Exit status, or 128 and the signal.
  int wait();
  bool running();

 private:
  pid_t id_;
  bool ended_ = false;
  int status_ = 0;
};

int free_port();

// How often: the number in an environment variable, or what a short run takes.
std::uint64_t wanted(const char* variable, std::uint64_t otherwise);

// A farm made with testfarm-admin, behind an Apache of its own.
class RunningFarm {
 public:
  explicit RunningFarm(const std::string& kind = "fcgid");
  ~RunningFarm();

  const Path& path() const { return directory_.path(); }
  Layout layout() const { return Layout(directory_ / "farm"); }
  Path site() const { return directory_ / "site"; }
  std::string address() const { return address_; }
  int port() const { return port_; }
  pid_t server() const { return apache_->id(); }

  // Runs one of our programs to its end and expects that exit code. Answers what it printed.
  std::string run(const std::vector<std::string>& command, int expected = 0,
                  const std::string& directory = ".");
  std::string generate() { return run({"testfarm-generate", (directory_ / "farm").string()}); }
  // Registers by `testfarm init` in a directory of that name.
  Path init_client(const std::string& name);
  // A client that calls the API directly. For one thread.
  struct Caller {
    std::unique_ptr<Transport> transport;
    std::unique_ptr<FarmApi> api;
  };
  Caller caller(const Path& client_directory) const;
  // Sends raw bytes to Apache and answers all that comes back. Half closed, the server sees their end; some
  // (nginx) take that for a client that has gone.
  enum class Then : std::uint8_t { half_close, wait };
  std::string raw(const std::string& bytes, Then then = Then::half_close) const;
  // Ids of the endpoint's processes that run now.
  std::vector<pid_t> endpoints() const;

 private:
  TemporaryDirectory directory_;
  int port_;
  std::string address_;
  std::unique_ptr<Process> apache_;
};

// The events of a log as the client sent them.
std::string plain_log(const Layout& layout, const ExecutionKey& key);

}  // namespace testfarm

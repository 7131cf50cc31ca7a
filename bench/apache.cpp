#include "bench/apache.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "base/text.hpp"
#include "support/loopback.hpp"

namespace testfarm {
namespace {

bool answers(int port) { return static_cast<bool>(connected(port)); }

}  // namespace

int free_loopback_port() {
  int port = 0;
  bound_socket(port, 0);
  return port;
}

Result<BenchApache> BenchApache::start(const ApacheSetup& setup) {
  TRY(make_directories(setup.directory));
  const Path extra = setup.directory / "extra.conf";
  TRY(replace_file(extra, setup.extra, Sync::no));
  const std::array<std::string, 7> words{setup.script.string(),
                                         setup.directory.string(),
                                         std::to_string(setup.port),
                                         setup.site.string(),
                                         setup.farm.string(),
                                         setup.endpoint.string(),
                                         setup.kind};
  std::array<char*, 8> arguments{};
  for (std::size_t i = 0; i < words.size(); ++i) arguments[i] = const_cast<char*>(words[i].c_str());
  const Path log = setup.directory / "apache.log";
  const pid_t id = fork();
  if (id == 0) {
    const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    dup2(out, 1);
    dup2(out, 2);
    setenv("TESTFARM_APACHE_EXTRA", extra.c_str(), 1);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  BenchApache apache(id);
  for (int i = 0; i < 500; ++i) {
    if (answers(setup.port)) return apache;
    usleep(20000);
  }
  return fail(ErrorKind::unavailable, "Apache did not start: " + read_file(log).value_or(""));
}

BenchApache::~BenchApache() {
  if (id_ == 0) return;
  kill(id_, SIGTERM);
  waitpid(id_, nullptr, 0);
}

}  // namespace testfarm

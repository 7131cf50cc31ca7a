#include "bench/apache.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "base/text.hpp"

namespace testfarm {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool answers(int port) {
  const Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(port);
  return connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

int free_loopback_port() {
  const Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return 0;
  getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
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

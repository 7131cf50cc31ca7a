#include "cgi/http/fcgi_adapter.hpp"

#include <fcgiapp.h>
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <iostream>

#include "base/file.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

volatile sig_atomic_t asked_to_stop = 0;

// Closing the listening socket ends a waiting accept(), which is started again like every other call; a
// request that is being served has a connection of its own and goes on undisturbed.
void stop(int) {
  asked_to_stop = 1;
  close(STDIN_FILENO);
}

// The program's own file, as it was when we started. A host that replaces it wants the new one to serve.
class OwnProgram {
 public:
  OwnProgram() {
    std::error_code failed;
    path_ = std::filesystem::read_symlink("/proc/self/exe", failed);
    started_ = facts_at(path_).value_or(std::nullopt);
  }
  bool was_replaced() const {
    if (!started_) return false;
    const auto now = facts_at(path_);
    return now && (!*now || !(*now)->same_file(*started_) || (*now)->modified != started_->modified);
  }

 private:
  Path path_;
  std::optional<FileFacts> started_;
};

Status serve_cgi(RequestHandler& handler) {
  const RequestBody read = [](char* to, std::size_t count) -> std::size_t {
    for (;;) {
      const ssize_t got = ::read(STDIN_FILENO, to, count);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return 0;
    }
  };
  const Request request =
      read_request([](const char* name) { return getenv(name); }, read, handler.body_cap());
  std::cout << cgi_response(handler.handle(request)) << std::flush;
  // The server waits for the end of our output, not for our end.
  close(STDOUT_FILENO);
  handler.after_answer();
  return {};
}

Status serve_fcgi(RequestHandler& handler) {
  struct sigaction on_stop {};
  on_stop.sa_handler = stop;
  on_stop.sa_flags = SA_RESTART;  // an interrupted read looks to libfcgi like the body's end
  sigaction(SIGTERM, &on_stop, nullptr);
  sigaction(SIGUSR1, &on_stop, nullptr);
  FCGX_Request fcgi;
  if (FCGX_Init() != 0 || FCGX_InitRequest(&fcgi, 0, 0) != 0)
    return fail(ErrorKind::internal, "libfcgi could not be initialised");
  const OwnProgram program;
  while (asked_to_stop == 0 && !program.was_replaced() && FCGX_Accept_r(&fcgi) == 0) {
    const RequestBody read = [&](char* to, std::size_t count) {
      const int got = FCGX_GetStr(to, static_cast<int>(count), fcgi.in);
      return got > 0 ? static_cast<std::size_t>(got) : 0;
    };
    const Request request = read_request([&](const char* name) { return FCGX_GetParam(name, fcgi.envp); },
                                         read, handler.body_cap());
    const std::string response = cgi_response(handler.handle(request));
    FCGX_PutStr(response.data(), static_cast<int>(response.size()), fcgi.out);
    FCGX_Finish_r(&fcgi);
    handler.after_answer();
  }
  return {};
}

}  // namespace

Status serve(RequestHandler& handler) {
  // Bodies of 100 KiB come and go with each request: their memory is kept rather than given back to the
  // system.
  mallopt(M_MMAP_THRESHOLD, 8 << 20);
  mallopt(M_TRIM_THRESHOLD, 8 << 20);
  signal(SIGXFSZ,
         SIG_IGN);  // a file limit of the host's is an error of write(2) like a full disk, not our end
  return FCGX_IsCGI() != 0 ? serve_cgi(handler) : serve_fcgi(handler);
}

}  // namespace testfarm

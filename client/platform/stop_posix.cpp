#include <csignal>

#include "client/platform/stop.hpp"

namespace testfarm {
namespace {

volatile std::sig_atomic_t wanted = 0;

void note(int signal) {
  if (wanted != 0 && signal == SIGINT) {
    std::signal(SIGINT, SIG_DFL);
    std::raise(SIGINT);
  }
  wanted = 1;
}

}  // namespace

void stop_on_signals() {
  struct sigaction action {};
  action.sa_handler = note;  // without SA_RESTART: sleeping calls end
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool stop_wanted() { return wanted != 0; }

}  // namespace testfarm

#include <csignal>

#include "client/platform/stop.hpp"

namespace testfarm {
namespace {

volatile std::sig_atomic_t stop_signals = 0;

// A second SIGINT ends at once. Of a terminal's one the guard makes a SIGTERM besides, which is no second
// one.
void note(int signal) {
  static volatile std::sig_atomic_t interrupted = 0;
  if (signal == SIGINT && interrupted != 0) {
    std::signal(SIGINT, SIG_DFL);
    std::raise(SIGINT);
  }
  if (signal == SIGINT) interrupted = 1;
  stop_signals = 1;
}

}  // namespace

void stop_on_signals() {
  // Whoever started us may ignore the ends of children, and we would not learn how ours ended.
  std::signal(SIGCHLD, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  struct sigaction action {};
  action.sa_handler = note;  // without SA_RESTART: sleeping calls end
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool stop_wanted() { return stop_signals != 0; }

}  // namespace testfarm

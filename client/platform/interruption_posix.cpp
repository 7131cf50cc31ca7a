#include "client/platform/interruption.hpp"

#include <signal.h>
#include <time.h>
#include <unistd.h>

namespace testfarm {

#ifdef SIGEV_THREAD_ID

Interruption::Interruption(Millis silence) : silence_(silence) {
  struct sigaction action {};
  action.sa_handler = [](int) {};  // only to end the call; without SA_RESTART
  sigaction(SIGUSR1, &action, nullptr);
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = SIGUSR1;
  event._sigev_un._tid = gettid();  // sigev_notify_thread_id, which glibc 2.36 has no name for
  timer_t timer{};
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) == 0) timer_ = timer;
  heard();
}

Interruption::~Interruption() {
  if (timer_ != nullptr) timer_delete(timer_);
}

// Again each tenth of a second: one signal may come between two calls.
void Interruption::heard() {
  if (timer_ == nullptr) return;
  const itimerspec when{{0, 100'000'000}, {silence_ / second_ms, silence_ % second_ms * 1'000'000}};
  timer_settime(timer_, 0, &when, nullptr);
}

#else

Interruption::Interruption(Millis silence) : silence_(silence) {}
Interruption::~Interruption() = default;
void Interruption::heard() {}

#endif

}  // namespace testfarm

// A library's call in this thread that hangs is interrupted: it meets EINTR once nothing was heard for a
// while. Linux only (timer_create(2) with SIGEV_THREAD_ID); elsewhere it goes on hanging.
#pragma once

#include "base/clock.hpp"

namespace testfarm {

class Interruption {
 public:
  explicit Interruption(Millis silence);
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  ~Interruption();
  // Something was heard.
  void heard();

 private:
  Millis silence_;
  void* timer_ = nullptr;
};

}  // namespace testfarm

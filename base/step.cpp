#include "base/step.hpp"

#ifdef TESTFARM_STEPS
namespace testfarm {
namespace {
Step left_out = Step::none;
Step watched = Step::none;
void (*call_there)() = nullptr;
}  // namespace

void leave_out(Step step) { left_out = step; }

void at_step(Step step, void (*call)()) {
  watched = step;
  call_there = call;
}

bool step(Step step) {
  if (step == watched && call_there != nullptr) {
    auto* const call = call_there;
    call_there = nullptr;  // once
    call();
  }
  return step != left_out;
}

}  // namespace testfarm
#endif

// What all tests share: a directory of their own, a clock that they move, results that must be there.
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include "support/enum_names.hpp"

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "base/text.hpp"

namespace testfarm {

// Removed at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();
  const Path& path() const { return path_; }
  Path operator/(const std::string& name) const { return path_ / name; }

 private:
  Path path_;
};

class FakeClock final : public Clock {
 public:
  Millis now() const override { return now_; }
  Millis boot_time() const override { return boot_; }
  Millis awake_time() const override { return awake_; }
  void pass(Millis duration) {
    suspend(duration);
    awake_ += duration;
  }
  // The machine sleeps.
  void suspend(Millis duration) {
    now_ += duration;
    boot_ += duration;
  }
  void jump(Millis to) { now_ = to; }

 private:
  Millis now_ = 1795219200000;  // 2026-11-21T00:00:00Z
  Millis boot_ = 1000;
  Millis awake_ = 1000;
};

// The value, or a failed test that says the error.
template <typename Value>
Value must(Result<Value> result) {
  BOOST_REQUIRE_MESSAGE(result.has_value(), result.error().context);
  return *std::move(result);
}
void must(const Status& status);

}  // namespace testfarm

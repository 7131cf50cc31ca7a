// From a command's raw output to output events: valid UTF-8, the first part as it comes, the last part at the
// end, and between them the number of bytes that were left out (events.md, "output").
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/utf8.hpp"
#include "client/definition/definition.hpp"

namespace testfarm {

class OutputCollector {
 public:
  // `emit` gets a text and how many bytes were left out before it.
  using Emit = std::function<Status(std::string text, std::uint64_t omitted)>;
  OutputCollector(const Clock& clock, Emit emit) : clock_(clock), emit_(std::move(emit)) {}

  Status take(std::string_view bytes);
  // Time goes by without output: what is held back for more than a second goes out.
  Status tick();
  Status finish();

  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t omitted() const { return omitted_; }

 private:
  Status flush(bool all);
  const Clock& clock_;
  Emit emit_;
  Utf8Repair repair_;
  std::string waiting_;  // valid text, not yet emitted
  std::string tail_;     // raw bytes after the live part
  std::uint64_t live_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t omitted_ = 0;
  Millis flushed_ = 0;
};

// The same as its command's keep_output wants it: said as it comes, only when it turns out to have failed, or
// never.
class HeldOutput {
 public:
  HeldOutput(KeepOutput keep, const Clock& clock, OutputCollector::Emit emit)
      : keep_(keep),
        emit_(std::move(emit)),
        collector_(clock, [this](std::string text, std::uint64_t omitted) -> Status {
          if (keep_ == KeepOutput::every_time) return emit_(std::move(text), omitted);
          if (keep_ == KeepOutput::on_failure) held_.emplace_back(std::move(text), omitted);
          return {};
        }) {}
  HeldOutput(const HeldOutput&) = delete;
  HeldOutput& operator=(const HeldOutput&) = delete;

  Status take(std::string_view bytes) { return collector_.take(bytes); }
  Status tick() { return collector_.tick(); }
  Status finish(bool success);

  std::uint64_t bytes() const { return collector_.bytes(); }
  std::uint64_t omitted() const { return said_ ? collector_.omitted() : collector_.bytes(); }

 private:
  KeepOutput keep_;
  OutputCollector::Emit emit_;
  OutputCollector collector_;
  std::vector<std::pair<std::string, std::uint64_t>> held_;  // bounded by what a collector emits
  bool said_ = true;
};

}  // namespace testfarm

#include "client/run/output_collector.hpp"

#include <algorithm>

#include "schema/limits.hpp"

namespace testfarm {
namespace {

// JSON may spell a byte with six; the event around it needs some room too.
constexpr std::size_t chunk = limits::event_line / 6 - 200;
static_assert(chunk <= limits::output_text);

}  // namespace

Status OutputCollector::take(std::string_view bytes) {
  bytes_ += bytes.size();
  const auto room = static_cast<std::size_t>(limits::output_live - live_);
  const std::string_view now = bytes.substr(0, room);
  live_ += now.size();
  waiting_ += repair_.feed(now);
  tail_ += bytes.substr(now.size());
  // Cut in large steps, not at each byte.
  if (tail_.size() > 2 * limits::output_live) {
    const std::size_t surplus = tail_.size() - limits::output_live;
    omitted_ += surplus;
    tail_.erase(0, surplus);
  }
  return tick();
}

Status OutputCollector::tick() {
  const Millis now = clock_.awake_time();
  const bool due = now - flushed_ >= second_ms;
  if (waiting_.size() < chunk && !due) return {};
  if (due) flushed_ = now;
  return flush(due);
}

Status OutputCollector::flush(bool all) {
  while (!waiting_.empty() && (all || waiting_.size() >= chunk)) {
    const std::string_view text = utf8_prefix(waiting_, chunk);
    TRY(emit_(std::string(text), 0));
    waiting_.erase(0, text.size());
  }
  return {};
}

Status OutputCollector::finish() {
  if (tail_.size() > limits::output_live) {
    const std::size_t surplus = tail_.size() - limits::output_live;
    omitted_ += surplus;
    tail_.erase(0, surplus);
  }
  if (omitted_ == 0) {
    waiting_ += repair_.feed(tail_);
    waiting_ += repair_.finish();
    return flush(true);
  }
  waiting_ += repair_.finish();
  TRY(flush(true));
  // Where the tail begins within a character, its rest is left out too.
  std::size_t skip = 0;
  while (skip < std::min<std::size_t>(tail_.size(), 3) &&
         (static_cast<unsigned char>(tail_[skip]) & 0xC0) == 0x80)
    ++skip;
  omitted_ += skip;
  std::uint64_t before = omitted_;
  const std::string text = repaired_utf8(std::string_view(tail_).substr(skip));
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view piece = utf8_prefix(rest, chunk);
    TRY(emit_(std::string(piece), before));
    before = 0;
    rest.remove_prefix(piece.size());
  }
  return {};
}

Status HeldOutput::finish(bool success) {
  TRY(collector_.finish());
  said_ = keep_ == KeepOutput::every_time || (keep_ == KeepOutput::on_failure && !success);
  if (keep_ == KeepOutput::on_failure && said_)
    for (auto& [text, omitted] : held_) TRY(emit_(std::move(text), omitted));
  return {};
}

}  // namespace testfarm

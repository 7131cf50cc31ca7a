#include "client/report/reporter.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace testfarm {

Millis Backoff::next() {
  const Millis now = step_;
  step_ = std::min<Millis>(step_ * 2, 15 * minute_ms);
  return now * 3 / 4 + random_below(static_cast<std::uint32_t>(now / 2 + 1));
}

namespace {
constexpr std::size_t least_body =
    256;  // a body that is refused as too large when no more than this was read
}

Result<Delivery::State> Delivery::refused(const std::string& why) {
  why_ = why;
  TRY(spool_.park(execution_, why));
  return State::parked;
}

Result<Delivery::State> Delivery::push() {
  // The farm may send us back (a restored backup), but not for ever.
  for (int resumed = 0; resumed < 5;) {
    TRY_SET(const Spool::Chunk chunk, spool_.read(execution_, next_, body_limit_, offset_));
    offset_ = chunk.offset;
    if (chunk.lines.empty()) return State::up_to_date;
    const std::string lines = thin_ ? drop_bulk(chunk.lines, *thin_, why_thin_) : chunk.lines;
    const Sent sent = api_.send_events(execution_, chunk.from, lines, spool_.age(execution_));
    why_ = sent.why;
    switch (sent.kind) {
      case Sent::Kind::accepted:
        if (sent.next <= chunk.from && !sent.closed)
          return State::retry;  // no farm of ours answers like that
        next_ = sent.next;
        if (sent.closed) {
          TRY(spool_.done(execution_));
          return State::done;
        }
        if (next_ > chunk.to && !chunk.more) return State::up_to_date;
        break;
      case Sent::Kind::resume:
        ++resumed;
        if (sent.next >= chunk.from) return refused(sent.why);
        next_ = sent.next;
        offset_ = 0;
        break;
      case Sent::Kind::thin:
        // First without bulk, then without what begins something; ends are never refused.
        if (thin_ == Keep::only_ends) return refused(sent.why);
        thin_ = thin_ ? Keep::only_ends : Keep::no_output;
        why_thin_ = sent.why;
        next_ = sent.next;
        break;
      case Sent::Kind::split:
        // What goes out may be larger than what was read: as a form, or with words for what is left out.
        body_limit_ = std::min(static_cast<std::size_t>(sent.body_limit), body_limit_ / 2);
        if (body_limit_ < least_body) return refused(sent.why);
        break;
      case Sent::Kind::refused: return refused(sent.why);
      case Sent::Kind::unknown: return State::retry;
    }
  }
  return State::retry;
}

Result<Flushed> flush_spool(Spool& spool, FarmApi& api, Positions& positions,
                            const std::function<void(const std::string&)>& say) {
  TRY_SET(const auto executions, spool.pending());
  Flushed flushed;
  for (const ExecutionId& execution : executions) {
    const auto known = positions.find(execution);
    Delivery delivery(spool, api, execution, known == positions.end() ? Reached{} : known->second);
    TRY_SET(const Delivery::State state, delivery.push());
    positions[execution] = delivery.reached();
    if (state == Delivery::State::parked)
      say(concat(execution.text(), " was refused and is parked: ", delivery.why()));
    if (state != Delivery::State::retry) continue;
    say(delivery.why());
    flushed.reached = false;
    break;  // the others would meet the same
  }
  TRY_SET(const auto rest, spool.pending());
  flushed.left = rest.size();
  return flushed;
}

Reporter::Reporter(Spool& spool, FarmApi& api, std::function<void(const std::string&)> say,
                   std::function<void()> quiet)
    : spool_(spool), api_(api), say_(std::move(say)), quiet_(std::move(quiet)), thread_([this] { work(); }) {}

Reporter::~Reporter() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  // Whoever waited for `finish` has given it time enough; a farm that hangs must not hold us for a minute
  // more.
  api_.give_up(true);
  changed_.notify_all();
  thread_.join();
}

// Once for many events: whoever pauses before the next request need not be woken by each.
void Reporter::notify() {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(news_, true)) changed_.notify_all();
}

bool Reporter::finish(Millis patience, const std::function<bool()>& stop) {
  {
    const std::lock_guard lock(mutex_);
    finishing_ = true;
    news_ = true;
  }
  changed_.notify_all();
  const auto sent = [&] { return sent_ && !news_; };
  std::unique_lock lock(mutex_);
  for (Millis waited = 0; waited < patience; waited += second_ms / 5) {
    if (changed_.wait_for(lock, std::chrono::milliseconds(second_ms / 5), sent)) return true;
    if (hindered_ && stop()) break;
  }
  return sent();
}

// With a pause: that long, whatever news comes. Without: until there is news, and half a second more, so that
// output is live without a request a line. False when it is time to stop.
bool Reporter::wait_for_work(Millis pause) {
  std::unique_lock lock(mutex_);
  const auto awake = [&] { return stop_ || news_; };
  while (pause == 0 && !changed_.wait_for(lock, std::chrono::minutes(1), awake))
    if (quiet_) {
      lock.unlock();
      quiet_();
      lock.lock();
    }
  changed_.wait_for(lock, std::chrono::milliseconds(std::max(pause, second_ms / 2)),
                    [&] { return stop_ || (pause == 0 && finishing_); });
  news_ = false;
  sent_ = false;
  return !stop_;
}

void Reporter::work() {
  api_.give_up(false);
  Backoff backoff;
  Millis pause = 0;
  std::string said;
  Positions positions;
  while (wait_for_work(pause)) {
    std::string obstacle;
    const auto flushed =
        flush_spool(spool_, api_, positions, [&](const std::string& line) { obstacle = line; });
    if (!flushed) obstacle = flushed.error().context;
    if (!obstacle.empty() && obstacle != said) say_(obstacle);
    said = obstacle;
    const bool sent = flushed && flushed->reached;
    if (sent) backoff.reset();
    pause = sent ? 0 : backoff.next();
    const std::lock_guard lock(mutex_);
    sent_ = sent;
    hindered_ = !sent;
    changed_.notify_all();
  }
}

}  // namespace testfarm

#include "cgi/client_api/journal.hpp"

#include <iostream>

#include "base/text.hpp"

namespace testfarm {

// Opened again each minute: somebody may have removed the file. A farm that is not there gets none.
Counters* Journal::counters() {
  const Millis now = clock_.now();
  const bool fresh = now - opened_at_ < minute_ms && now >= opened_at_;
  // Tried again each minute and not more often, also where it failed: on a full disk, say.
  if (fresh) return counters_ ? &*counters_ : nullptr;
  if (!file_exists(layout_.farm_toml())) return nullptr;
  auto opened = Counters::open(layout_);
  counters_.reset();
  if (opened) counters_.emplace(*std::move(opened));
  opened_at_ = now;
  return counters_ ? &*counters_ : nullptr;
}

void Journal::speak(std::string_view reason, const std::string& line) {
  const Millis now = clock_.now();
  if (Counters* shared = counters()) {
    if (!shared->may_speak(reason, now)) return;
  } else {
    if (minute_ != now / minute_ms) spoken_.clear();
    minute_ = now / minute_ms;
    if (!spoken_.emplace(reason).second) return;
  }
  std::cerr << "testfarm: " + line + '\n';
}

void Journal::complain(std::string_view reason, const std::string& what) { speak(reason, what); }

void Journal::note(const Response& response) {
  Counters* shared = counters();
  const Millis now = clock_.now();
  const auto add = [&](std::string_view name, std::uint64_t count) {
    if (shared != nullptr && count > 0) shared->add(name, now, count);
  };
  const auto& taken = response.taken;
  add("posts", taken.posts);
  add("events", taken.events);
  add("bytes", taken.bytes);
  add("heartbeats", taken.heartbeats);
  add("registered", taken.registrations);
  if (response.reason.empty()) return;
  add(response.reason, 1);
  speak(response.reason, concat("refused with ", response.status, ' ', response.reason,
                                "; testfarm-admin status counts them (no more of this kind in this minute)"));
}

}  // namespace testfarm

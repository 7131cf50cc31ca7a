// What the endpoint tells of itself: counters in FARM/counters, and on stderr, which is the host's error log,
// at most one line for each reason in a minute, however many processes there are and whatever strangers send.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "cgi/http/request.hpp"
#include "store/counters.hpp"
#include "store/layout.hpp"

namespace testfarm {

class Journal {
 public:
  Journal(Layout layout, const Clock& clock) : layout_(std::move(layout)), clock_(clock) {}

  // Counts the reply: what was taken, or the reason for which it was refused, which is also spoken of.
  void note(const Response& response);
  // Something of the farm's own that people must know of.
  void complain(std::string_view reason, const std::string& what);

 private:
  Counters* counters();
  void speak(std::string_view reason, const std::string& line);
  Layout layout_;
  const Clock& clock_;
  std::optional<Counters> counters_;
  Millis opened_at_ = 0;
  std::set<std::string, std::less<>> spoken_;  // where there are no counters: within `minute_`
  Millis minute_ = 0;
};

}  // namespace testfarm

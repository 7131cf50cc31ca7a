// What a person at the terminal sees of an execution: made from the same events that the farm gets.
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>

#include "base/clock.hpp"
#include "schema/event.hpp"

namespace testfarm {

// From any thread.
class Console {
 public:
  enum class Style : unsigned char {
    live,   // a terminal: colours, and the last line of output stands below, replaced as it comes
    plain,  // a file or pipe: a line per task and command
    whole,  // the same, and all output
    quiet,  // only what failed
    json,   // events as the farm gets them, a line each; messages as {"say":"…"}
  };
  Console(std::FILE* out, Style style, const Clock& clock = system_clock())
      : out_(out), style_(style), clock_(clock) {}
  // live on a terminal unless NO_COLOR or TERM=dumb says otherwise; else plain.
  static Style style_for(std::FILE* out);

  void event(const EventBody& body);
  // A message beside the events; and one that only who looks on wants to know.
  void say(const std::string& line);
  void remark(const std::string& line);
  // Of several clients, who speaks from now on; empty: the only one.
  void speaks_for(const std::string& client);
  // How long tasks took last, by their names.
  void expect(std::map<std::string, Millis> durations);

 private:
  struct Print;
  void line(const std::string& text);
  void show_live();
  void show_lines(bool all);
  void clear_live();
  std::string coloured(const char* code, const std::string& text) const;
  std::FILE* out_;
  Style style_;
  const Clock& clock_;
  std::mutex mutex_;
  std::string client_;
  std::uint64_t number_ = 0;  // of events said as JSON
  std::map<std::string, Millis> expected_;
  Millis task_began_ = 0;
  std::string recent_;  // the end of the running command's output
  bool live_shown_ = false;
  std::size_t tasks_ = 0;
  std::string task_name_;
};

}  // namespace testfarm

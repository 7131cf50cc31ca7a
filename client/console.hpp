// What a person at the terminal sees of an execution: made from the same events that the farm gets.
#pragma once

#include <cstdio>
#include <string>

#include "base/clock.hpp"
#include "schema/event.hpp"

namespace testfarm {

class Console {
 public:
  enum class Style : unsigned char {
    live,   // a terminal: colours, and the last line of output stands below, replaced as it comes
    plain,  // a file or pipe: a line per task and command
    quiet,  // only what failed
  };
  Console(std::FILE* out, Style style) : out_(out), style_(style) {}
  // live on a terminal unless NO_COLOR or TERM=dumb says otherwise; else plain.
  static Style style_for(std::FILE* out);

  void event(const EventBody& body);
  // A message beside the events.
  void say(const std::string& line);

 private:
  struct Print;
  void line(const std::string& text);
  void clear_live();
  std::string coloured(const char* code, const std::string& text) const;
  std::FILE* out_;
  Style style_;
  std::string recent_;  // the end of the running command's output
  bool live_shown_ = false;
  std::size_t tasks_ = 0;
  std::string task_name_;
};

}  // namespace testfarm

// The lines that a terminal would show of a program's output: progress that a carriage return goes over is
// gone, and so are colours, links and titles (ECMA-48 control sequences; xterm's and OSC 8 strings).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace testfarm {

// Takes the output in pieces of any size. A line that was written over in part is told piece by piece: what
// stands there before a carriage return, unless what follows hides it, and then what follows.
class TerminalLines {
 public:
  // Without its end; of one of more than 64 KiB its beginning.
  using Use = std::function<void(std::string_view line)>;
  explicit TerminalLines(Use use) : use_(std::move(use)) {}

  void feed(std::string_view bytes);
  // The last line needs no end.
  void finish();

 private:
  enum class State : unsigned char { text, escape, intermediate, control, string, string_escape };
  void take(char byte);
  void escape(char byte);
  void control(char byte);
  void put(char byte);
  void go_over();
  void end_line();

  Use use_;
  State state_ = State::text;
  std::string now_;                  // since the last carriage return
  std::vector<std::string> before_;  // what it did not hide, each longer than the next
  std::string parameters_;           // of a control sequence
  bool began_ = false;               // there is a line, if an empty one
};

// The same of a text, lines joined by line ends.
std::string terminal_text(std::string_view text);

}  // namespace testfarm

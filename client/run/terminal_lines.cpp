#include "client/run/terminal_lines.hpp"

#include <algorithm>

namespace testfarm {
namespace {

constexpr std::size_t longest = 64 * 1024;
// Pieces of one line that a terminal shows beside each other; more is a progress bar that shrinks.
constexpr std::size_t most_pieces = 64;
constexpr char escape_character = '\x1b';
constexpr char bell = '\a';

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

}  // namespace

void TerminalLines::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (state_ == State::text) {
      // Most of it is text, which is taken at once.
      const auto plain = std::min(bytes.find_first_of("\x1b\r\n\b\a"), bytes.size());
      if (plain > 0) {
        began_ = true;
        if (now_.size() < longest) now_ += bytes.substr(0, std::min(plain, longest - now_.size()));
        bytes.remove_prefix(plain);
        continue;
      }
    }
    take(bytes.front());
    bytes.remove_prefix(1);
  }
}

void TerminalLines::take(char byte) {
  switch (state_) {
    case State::text: return put(byte);
    case State::escape: return escape(byte);
    case State::intermediate:
      if (byte < ' ' || byte > '/') state_ = State::text;  // "ESC ( B": a final byte ends it
      return;
    case State::control: return control(byte);
    case State::string:
      if (byte == bell) state_ = State::text;
      if (byte == escape_character) state_ = State::string_escape;
      // A string without an end swallows its line and no more.
      if (byte == '\n') {
        state_ = State::text;
        put(byte);
      }
      return;
    case State::string_escape:
      state_ = State::text;
      if (byte != '\\') escape(byte);
      return;
  }
}

void TerminalLines::escape(char byte) {
  parameters_.clear();
  switch (byte) {
    case '[': state_ = State::control; return;
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_': state_ = State::string; return;
    case '\n': state_ = State::text; return put(byte);
    default: state_ = byte >= ' ' && byte <= '/' ? State::intermediate : State::text;
  }
}

void TerminalLines::control(char byte) {
  if (byte == '\n') {
    state_ = State::text;
    return put(byte);
  }
  if (byte < '@' || byte > '~') {
    if (parameters_.size() < 16) parameters_ += byte;
    return;
  }
  state_ = State::text;
  // Erases the line: all of it, or what stands behind the cursor, which is what was written before.
  if (byte == 'K') {
    if (parameters_ == "1" || parameters_ == "2") now_.clear();
    before_.clear();
  }
  // The cursor goes to the first column.
  if (byte == 'G' && (parameters_.empty() || parameters_ == "1")) go_over();
}

void TerminalLines::put(char byte) {
  switch (byte) {
    case escape_character: state_ = State::escape; return;
    case '\r': return go_over();
    case '\n': return end_line();
    case bell: return;
    case '\b':
      while (!now_.empty() && is_continuation(now_.back())) now_.pop_back();
      if (!now_.empty()) now_.pop_back();
      return;
    default: now_ += byte;
  }
}

// What is as long as what stood there hides it.
void TerminalLines::go_over() {
  if (now_.empty()) return;
  while (!before_.empty() && before_.back().size() <= now_.size()) before_.pop_back();
  if (before_.size() < most_pieces) before_.push_back(std::move(now_));
  now_.clear();
}

void TerminalLines::end_line() {
  const bool blank = now_.empty();
  go_over();
  for (const std::string& piece : before_) use_(piece);
  if (blank && before_.empty()) use_("");
  before_.clear();
  began_ = false;
}

void TerminalLines::finish() {
  if (began_ || !now_.empty() || !before_.empty()) end_line();
  state_ = State::text;
}

std::string terminal_text(std::string_view text) {
  std::string shown;
  TerminalLines lines([&](std::string_view line) {
    shown += line;
    shown += '\n';
  });
  lines.feed(text);
  lines.finish();
  if (!text.ends_with('\n') && !shown.empty()) shown.pop_back();
  return shown;
}

}  // namespace testfarm

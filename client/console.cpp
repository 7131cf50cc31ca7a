#include "client/console.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "client/run/terminal_lines.hpp"
#include "schema/codec.hpp"

namespace testfarm {
namespace {

constexpr std::size_t kept_output = 8 * 1024;
constexpr std::size_t shown_lines = 15;  // of a failed command
constexpr std::size_t live_width = 76;

std::string seconds_text(Millis duration) {
  const Millis seconds = duration / second_ms;
  return seconds >= 60 ? concat(seconds / 60, " min ", seconds % 60, " s")
                       : concat(seconds, '.', duration % second_ms / 100, " s");
}

// What a terminal may be shown of a command's output: no control characters.
std::string harmless(std::string_view text) {
  std::string clean = terminal_text(text);
  std::erase_if(clean, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return clean;
}

std::string one_line(const std::string& text) {
  std::string line = text;
  std::replace(line.begin(), line.end(), '\n', ' ');
  return harmless(line);
}

}  // namespace

Console::Style Console::style_for(std::FILE* out) {
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return isatty(fileno(out)) != 0 && !dumb && std::getenv("NO_COLOR") == nullptr ? Style::live : Style::plain;
}

// One overload an event type.
struct Console::Print {
  Console& to;

  void operator()(const ExecutionStarted& event) const {
    to.tasks_ = event.plan.size();
    std::string what = concat("== ", to.client_, event.branch);
    for (const Repository& repository : event.repositories)
      what += concat(", ", repository.name, ' ', repository.revision.substr(0, 10));
    if (to.style_ != Style::quiet) to.line(to.coloured("1", one_line(what)));
  }
  void operator()(const TaskStarted& event) const {
    to.task_name_ = one_line(event.name);
    to.task_began_ = to.clock_.awake_time();
    if (to.style_ != Style::quiet)
      to.line(
          to.coloured("1", concat("-- ", event.task, event.task <= to.tasks_ ? concat('/', to.tasks_) : "",
                                  ' ', to.task_name_)));
  }
  void operator()(const CommandStarted& event) const {
    to.recent_.clear();
    if (to.style_ != Style::quiet) to.line("   $ " + one_line(event.line));
  }
  void operator()(const Output& event) const {
    if (event.omitted > 0 && to.style_ == Style::whole)
      to.line(concat("     (", event.omitted, " bytes were left out)"));
    to.recent_ += event.text;
    if (to.style_ == Style::whole) return to.show_lines(false);
    if (to.recent_.size() > 2 * kept_output) to.recent_.erase(0, to.recent_.size() - kept_output);
    to.show_live();
  }
  void operator()(const CommandEnded& event) const {
    if (to.style_ == Style::whole) to.show_lines(true);
    if (event.success) {
      if (to.style_ != Style::quiet)
        to.line(concat("     ", to.coloured("32", "ok"), ", ", seconds_text(event.duration)));
    } else {
      to.line(concat("     ", to.coloured("31", "failed"), ": ", ending_words(event), " after ",
                     seconds_text(event.duration), " in ", to.task_name_));
      auto lines = split_lines(to.recent_);
      if (lines.size() > shown_lines) lines.erase(lines.begin(), lines.end() - shown_lines);
      for (const auto line : lines) to.line("     | " + harmless(line));
    }
    if (!event.info.empty() && to.style_ != Style::quiet) to.line("     " + one_line(event.info));
  }
  void operator()(const TestResults&) const {}
  void operator()(const TaskEnded&) const {}
  void operator()(const ExecutionEnded& event) const {
    if (to.style_ == Style::quiet && event.outcome == Outcome::passed) return;
    const char* colour = event.outcome == Outcome::passed   ? "1;32"
                         : event.outcome == Outcome::failed ? "1;31"
                                                            : "1;33";
    // Where the line of the beginning was not said, this one tells whose end it is.
    const std::string who = to.style_ == Style::quiet ? to.client_ : std::string();
    to.line(concat("== ", who, to.coloured(colour, name_of(event.outcome)), " in ",
                   seconds_text(event.duration), event.reason.empty() ? "" : ": ", one_line(event.reason)));
  }
  void operator()(const EventsLost&) const {}
};

void Console::event(const EventBody& body) {
  const std::scoped_lock lock(mutex_);
  if (style_ == Style::json)
    line(encode_event({++number_, 0, body}));
  else
    std::visit(Print{*this}, body);
}

void Console::say(const std::string& text) {
  const std::scoped_lock lock(mutex_);
  if (style_ == Style::json)
    line(json::Writer().object().member("say", client_ + text).end_object().text());
  else
    line(concat("   ", client_, one_line(text)));
}

void Console::remark(const std::string& text) {
  if (style_ != Style::quiet) say(text);
}

void Console::speaks_for(const std::string& client) {
  const std::scoped_lock lock(mutex_);
  client_ = client.empty() ? "" : concat(client, ": ");
}

void Console::expect(std::map<std::string, Millis> durations) {
  const std::scoped_lock lock(mutex_);
  expected_ = std::move(durations);
}

// "12 s of about 40 s | the last line of output"
void Console::show_live() {
  if (style_ != Style::live) return;
  const auto lines = split_lines(recent_);
  const std::string last = lines.empty() ? "" : harmless(lines.back());
  const auto expected = expected_.find(task_name_);
  std::string text = seconds_text(clock_.awake_time() - task_began_);
  if (expected != expected_.end()) text += " of about " + seconds_text(expected->second);
  text += " | " + last;
  clear_live();
  std::fprintf(out_, "     \x1b[2m%s\x1b[0m", std::string(utf8_prefix(text, live_width)).c_str());
  std::fflush(out_);
  live_shown_ = true;
}

void Console::show_lines(bool all) {
  const auto end = all ? recent_.size() : recent_.rfind('\n') + 1;  // 0 where there is none
  const std::string whole = recent_.substr(0, end);
  for (const auto text : split_lines(whole)) line("     | " + harmless(text));
  recent_.erase(0, end);
}

void Console::clear_live() {
  if (live_shown_) std::fputs("\r\x1b[K", out_);
  live_shown_ = false;
}

void Console::line(const std::string& text) {
  clear_live();
  std::fprintf(out_, "%s\n", text.c_str());
  std::fflush(out_);
}

std::string Console::coloured(const char* code, const std::string& text) const {
  return style_ == Style::live ? concat("\x1b[", code, 'm', text, "\x1b[0m") : text;
}

}  // namespace testfarm

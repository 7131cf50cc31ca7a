#include "formats/tap_line.hpp"

#include <algorithm>
#include <cctype>

#include "base/regex.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

bool begins_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) {
           return a == std::tolower(static_cast<unsigned char>(b));
         });
}

// "TODO" is a word of its own: "# todolist" is part of a name, and its failure is one. "SKIPPED" means SKIP.
bool is_todo(std::string_view text) {
  return begins_with_word(text, "todo") &&
         (text.size() == 4 || std::isalnum(static_cast<unsigned char>(text[4])) == 0);
}

// The next "#" from `from` on that no backslash makes a character of the name and that stands by itself.
std::size_t hash_in(std::string_view text, std::size_t from) {
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '#' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t'))
      return i;
  }
  return std::string_view::npos;
}

std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '#' || text[i + 1] == '\\')) ++i;
    plain += text[i];
  }
  return plain;
}

// "time=5.2ms", "duration_ms 5.2", "in 12 ms": what runners say of how long a test took.
std::optional<double> time_in(std::string_view comment) {
  static const Regex milliseconds = *Regex::compile(R"(^(?:time=|duration_ms[ =:]*|in )([0-9.]+) *(?:ms)?$)");
  static const Regex seconds = *Regex::compile(R"(^(?:time=|in )([0-9.]+) *s(?:ec)?$)");
  if (const auto found = milliseconds.capture(comment)) {
    if (const auto ms = to_double(*found)) return *ms / 1000;
  }
  const auto found = seconds.capture(comment);
  return found ? to_double(*found) : std::nullopt;
}

// "exit=1": how the program of a test ended (the kernel's selftests).
bool is_exit_status(std::string_view comment) {
  static const Regex shape = *Regex::compile(R"(^(?:exit|status|rc)=-?\d+$)");
  return shape.finds_in(comment);
}

// Takes "# time=5ms" out, wherever it stands, and "# exit=1".
std::string without_time(std::string text, double& seconds) {
  for (auto hash = hash_in(text, 0); hash < text.size(); hash = hash_in(text, hash + 1)) {
    const auto next = std::min(hash_in(text, hash + 1), text.size());
    const std::string_view comment = trim(std::string_view(text).substr(hash + 1, next - hash - 1));
    const auto time = time_in(comment);
    if (!time && !is_exit_status(comment)) continue;
    seconds = time.value_or(seconds);
    text.erase(hash, next - hash);
    return text;
  }
  return text;
}

// A hash that nobody escaped and no directive follows is part of the name.
void take_directive(std::string_view text, TapLine& line) {
  auto hash = hash_in(text, 0);
  for (; hash < text.size(); hash = hash_in(text, hash + 1)) {
    const std::string_view comment = trim(text.substr(hash + 1));
    if (!begins_with_word(comment, "skip") && !is_todo(comment)) continue;
    line.directive = comment;
    break;
  }
  line.name = unescaped(trim(text.substr(0, hash)));
}

}  // namespace

std::optional<TapLine> parse_tap_line(std::string_view line) {
  const bool bad = line.starts_with("not ok");
  if (!bad && !line.starts_with("ok")) return std::nullopt;
  line.remove_prefix(bad ? 6 : 2);
  if (!line.empty() && line.front() != ' ' && line.front() != '\t') return std::nullopt;
  line = trim(line);
  TapLine result;
  const auto digits = std::min(line.find_first_not_of("0123456789"), line.size());
  if (digits > 0 && (digits == line.size() || line[digits] == ' ' || line[digits] == '\t')) {
    result.number = to_unsigned(line.substr(0, digits));
    line = trim(line.substr(digits));
  }
  if (line == "-")
    line = {};
  else if (line.starts_with("- "))
    line = trim(line.substr(2));
  if (line.ends_with(" {")) {
    result.opens = true;
    line = trim(line.substr(0, line.size() - 2));
  }
  take_directive(without_time(std::string(line), result.seconds), result);
  const bool skip = begins_with_word(result.directive, "skip");
  const bool todo = is_todo(result.directive);
  result.outcome = skip || (todo && bad) ? TestOutcome::skipped
                   : bad                 ? TestOutcome::failed
                                         : TestOutcome::passed;
  return result;
}

std::optional<TapPlan> parse_tap_plan(std::string_view line) {
  static const Regex shape = *Regex::compile(R"(^1\.\.(\d+)(?:\s*$|\s*#))");
  const auto count = shape.capture(line);
  const auto tests = count ? to_unsigned(*count) : std::nullopt;
  if (!tests) return std::nullopt;
  TapPlan plan{.tests = *tests, .skips = false, .reason = {}};
  if (const auto hash = line.find('#'); hash != std::string_view::npos) {
    plan.reason = trim(line.substr(hash + 1));
    plan.skips = *tests == 0;
  }
  return plan;
}

}  // namespace testfarm

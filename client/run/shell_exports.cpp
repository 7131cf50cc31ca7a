#include "client/run/shell_exports.hpp"

#include <algorithm>

namespace testfarm {
namespace {

// One quoted or plain part of a shell word at the start of `text`, appended to `value`.
void take_part(std::string_view& text, std::string& value) {
  const char quote = text.front();
  if (quote == '\'') {
    const auto end = std::min(text.find('\'', 1), text.size());
    value += text.substr(1, end - 1);
    text.remove_prefix(std::min(end + 1, text.size()));
    return;
  }
  if (quote != '"') {
    if (quote == '\\' && text.size() > 1) text.remove_prefix(1);
    value += text.front();
    text.remove_prefix(1);
    return;
  }
  text.remove_prefix(1);
  while (!text.empty() && text.front() != '"') {
    if (text.front() == '\\' && text.size() > 1 &&
        std::string_view("$`\"\\\n").find(text[1]) != std::string_view::npos)
      text.remove_prefix(1);
    value += text.front();
    text.remove_prefix(1);
  }
  if (!text.empty()) text.remove_prefix(1);
}

}  // namespace

// POSIX: `export name=value` with quotes as the shell needs them to read it again; a value may span lines.
std::map<std::string, std::string> parse_exports(std::string_view text) {
  std::map<std::string, std::string> exports;
  constexpr std::string_view word = "export ";
  while (!text.empty()) {
    if (!text.starts_with(word)) {
      text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
      continue;
    }
    text.remove_prefix(word.size());
    const auto name_end = std::min(text.find_first_of("=\n"), text.size());
    const std::string name(text.substr(0, name_end));
    const bool has_value = name_end < text.size() && text[name_end] == '=';
    text.remove_prefix(has_value ? name_end + 1 : name_end);
    std::string value;
    while (!text.empty() && text.front() != '\n') take_part(text, value);
    if (has_value) exports[name] = value;
  }
  return exports;
}

}  // namespace testfarm

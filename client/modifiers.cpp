#include "client/modifiers.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

constexpr Millis program_timeout = minute_ms;
constexpr std::size_t most_read = 1 << 20;
// Info travels in one event with everything else of the command's end; JSON may spell a byte with six.
constexpr std::size_t most_info = 6 * 1024;

struct ProgramAnswer {
  bool success;
  std::string text;
};

Result<ProgramAnswer> ask(const std::string& program, const Path& output, const ShellState& state,
                          CommandRunner& runner) {
  ShellState copy = state;
  std::string text;
  const auto keep = [&](std::string_view bytes) -> Status {
    if (text.size() < most_info * 2) text += bytes;
    return {};
  };
  TRY_SET(const CommandResult result, runner.run(program, copy, program_timeout, output, keep));
  return ProgramAnswer{result.ending == CommandEnding::exited && result.status == 0, repaired_utf8(text)};
}

// "first 3" or "last 1": so many lines.
Result<std::optional<std::string>> built_in(const std::string& modifier, const Path& output) {
  const auto words = split(modifier, ' ');
  const auto count = words.size() == 2 ? to_unsigned(words[1]) : std::nullopt;
  if (!count || (words[0] != "first" && words[0] != "last")) return std::optional<std::string>{};
  // Of an output of any size only the end that matters.
  TRY_SET(const Fd file, open_file(output, Open::read));
  TRY_SET(const FileFacts facts, facts_of(file, output));
  const std::uint64_t from = words[0] == "last" && facts.size > most_read ? facts.size - most_read : 0;
  TRY_SET(const std::string bytes, read_at(file, from, most_read, output));
  auto lines = split_lines(bytes);
  const auto most = std::min<std::size_t>(static_cast<std::size_t>(*count), lines.size());
  if (words[0] == "first")
    lines.resize(most);
  else
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(most));
  std::string text;
  for (const auto line : lines) text.append(line) += '\n';
  return std::optional(repaired_utf8(text));
}

// What may stand in info: lines without control characters and colours.
std::string as_info(std::string_view text) {
  std::string info;
  bool in_sequence = false;
  for (const char c : trim(text)) {
    if (c == '\x1b')
      in_sequence = true;
    else if (in_sequence)
      in_sequence = !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
    else if ((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) || c == '\n' || c == '\t')
      info += c;
  }
  return std::string(utf8_prefix(info, most_info));
}

// Lines "name value"; the name may have blanks. Other lines are passed over.
Stats as_stats(std::string_view text) {
  Stats stats;
  for (const std::string_view line : split_lines(text)) {
    const std::string_view clean = trim(line);
    const auto blank = clean.find_last_of(" \t");
    if (blank == std::string_view::npos || stats.size() >= limits::stats) continue;
    const auto value = to_double(clean.substr(blank + 1));
    const std::string name = as_info(clean.substr(0, blank));
    if (value && !name.empty() && name.size() <= limits::name &&
        name.find_first_of("\t\n") == std::string::npos)
      stats[name] = *value;
  }
  return stats;
}

}  // namespace

Status apply_modifiers(const CommandDefinition& command, const Path& output, const ShellState& state,
                       CommandRunner& runner, CommandEnded& end) {
  if (!command.info.empty()) {
    TRY_SET(auto info, built_in(command.info, output));
    if (!info) {
      TRY_SET(ProgramAnswer answer, ask(command.info, output, state, runner));
      info = std::move(answer.text);
    }
    end.info = as_info(*info);
  }
  if (!command.stats.empty()) {
    TRY_SET(const ProgramAnswer answer, ask(command.stats, output, state, runner));
    end.stats = as_stats(answer.text);
  }
  if (!command.success.empty() && end.ending == CommandEnding::exited) {
    TRY_SET(const ProgramAnswer answer, ask(command.success, output, state, runner));
    end.success = answer.success;
  }
  return {};
}

}  // namespace testfarm

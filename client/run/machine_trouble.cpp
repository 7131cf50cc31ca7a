#include "client/run/machine_trouble.hpp"

#include <unistd.h>

#include <cstdlib>

#include "base/file.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr std::uint64_t full_disk = 8 << 20;  // bytes: less, and hardly a compiler gets on
constexpr int not_found_status = 127;         // of sh, where a program is not there

bool on_path(const std::string& name) {
  if (name.find('/') != std::string::npos) return access(name.c_str(), X_OK) == 0;
  const char* path = std::getenv("PATH");
  for (const auto directory : split(std::string_view(path == nullptr ? "/usr/bin:/bin" : path), ':'))
    if (access((Path(directory) / name).c_str(), X_OK) == 0) return true;
  return false;
}

// As the shell of a command sees it: built-ins, functions and its PATH included.
bool shell_knows(const std::string& word, const Definition& definition, const CommandDefinition& command,
                 CommandRunner& runner) {
  ShellState state = initial_shell_state("/", definition.pass, definition.environment);
  Statement statement;
  statement.line = concat("command -v -- ", word);
  statement.timeout = minute_ms;
  statement.environment = command.environment;
  const auto result = runner.run(statement, state, [](std::string_view) -> Status { return {}; });
  return !result || result->status == 0;
}

}  // namespace

std::string program_of(std::string_view line) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-.";
  if (trim(line).find_first_of(";&|()\n<>`$") != std::string_view::npos) return {};
  for (std::string_view rest = trim(line); !rest.empty();) {
    const auto end = std::min(rest.find_first_of(" \t"), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest = trim(rest.substr(end));
    if (word.find('=') != std::string_view::npos) continue;
    return word.find_first_not_of(plain) == std::string_view::npos ? std::string(word) : "";
  }
  return {};
}

std::string missing_program(const std::vector<std::string>& names) {
  for (const std::string& name : names)
    if (!on_path(name)) return name;
  return {};
}

std::string machine_trouble(const CommandDefinition& command, const CommandEnded& end,
                            const Definition& definition, CommandRunner& runner) {
  if (end.ending == CommandEnding::exited && end.status == not_found_status) {
    const std::string program = program_of(command.run);
    if (!program.empty() && !shell_knows(program, definition, command, runner))
      return concat("this machine has no program ", program);
  }
  const auto space = free_space(definition.sandbox);
  if (space && space->bytes < full_disk)
    return concat("the disk of ", definition.sandbox.string(), " is full");
  return {};
}

}  // namespace testfarm

#include "client/run/shell_trailer.hpp"

#include <filesystem>

#include "base/file.hpp"
#include "base/text.hpp"
#include "client/run/shell_exports.hpp"

namespace testfarm {
namespace {

constexpr std::string_view end_mark = "__testfarm_end";

// A trap and not a line at the end, for `exit` in the statement must not skip it. `trap` becomes a function
// by an alias, which POSIX shells heed in scripts, so that a trap of the statement's own comes beside ours
// and not in its place; where the statement goes around it (`\trap`), what it exports does not carry over,
// and nothing else is lost. A state that a subshell writes is written over by the shell's own.
constexpr std::string_view functions =
    "unset __testfarm_then; __testfarm_exit() { __testfarm_tell;"
    " if [ -n \"${__testfarm_then-}\" ]; then"
    // Under set -e a status that is no success must stand in a condition; the trap finds it in $? all the
    // same.
    " if (exit \"$__testfarm_status\"); then eval \"$__testfarm_then\"; else eval \"$__testfarm_then\"; fi;"
    " __testfarm_tell; fi; }; "
    "__testfarm_trap() {"
    " case $# in 0) trap; return;; esac;"
    " case $1 in --) shift;; -?*) trap \"$@\"; return;; esac;"
    // One operand alone, or a number first: all are conditions to be reset.
    " __testfarm_action=-;"
    " case $# in 0|1) ;; *) case $1 in *[!0-9]*|'') __testfarm_action=$1; shift;; esac;; esac;"
    " for __testfarm_condition; do case $__testfarm_condition in"
    " EXIT|exit|0) __testfarm_then=$__testfarm_action; [ \"$__testfarm_then\" != - ] || __testfarm_then=;"
    " trap '{ __testfarm_status=$?; set +x; } 2>/dev/null; __testfarm_exit' EXIT;;"
    " *) trap -- \"$__testfarm_action\" \"$__testfarm_condition\";; esac; done; }; "
    // The trace of set -x is not to show what is ours.
    "trap '{ __testfarm_status=$?; set +x; } 2>/dev/null; __testfarm_exit' EXIT; alias "
    "trap=__testfarm_trap\n";

// Whether the statement may do anything to its shell that the end of it could notice: the words by which it
// could, also by way of a script that it reads or of a function. Where it has none of them a plain trap does,
// and the shell has a tenth less to do.
bool minds_its_shell(std::string_view line) {
  for (const std::string_view word : {"trap", "eval", "source", "exec", "alias", "set", "ulimit", "shopt",
                                      "()", "function", "command", "builtin", "\\", "$(", "`"})
    if (line.find(word) != std::string_view::npos) return true;
  // ". ./environment", alone or behind something else.
  for (auto at = line.find('.'); at != std::string_view::npos; at = line.find('.', at + 1))
    if (at + 1 < line.size() && (line[at + 1] == ' ' || line[at + 1] == '\t') &&
        (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t' || line[at - 1] == '\n' ||
         line[at - 1] == ';' || line[at - 1] == '&' || line[at - 1] == '{' || line[at - 1] == '('))
      return true;
  return false;
}

}  // namespace

std::string with_trailer(const std::string& line, const std::string& path) {
  if (!minds_its_shell(line))
    return concat("trap '{ pwd || echo \"${PWD-}\"; export -p; echo ", end_mark, "; } >\"", path,
                  "\"' EXIT\n", line, '\n');
  // Whatever the statement called its functions and forbade: pwd and echo are the shell's own, set -C does
  // not count, and a limit on the size of files ends nothing but this.
  return concat(
      "__testfarm_tell() { command trap '' XFSZ 2>/dev/null;"
      " { command pwd || command echo \"${PWD-}\"; command export -p; command echo ",
      end_mark, "; } >|'", path, "' 2>/dev/null; }; ", functions, line, '\n');
}

void apply_trailer(std::string_view told, const Statement& statement, ShellState& state) {
  const auto line_end = told.find('\n');
  if (line_end == std::string_view::npos || !told.starts_with('/') || !told.ends_with(concat(end_mark, '\n')))
    return;
  // Where it is gone, the next statement begins in what is left of its way.
  Path directory{told.substr(0, line_end)};
  std::error_code error;
  while (!std::filesystem::is_directory(directory, error) && directory.has_relative_path())
    directory = directory.parent_path();
  state.directory = directory.string();
  auto exports = parse_exports(told.substr(line_end + 1, told.size() - line_end - end_mark.size() - 2));
  for (const auto& [name, value] : statement.environment) {
    const auto now = exports.find(name);
    if (now == exports.end() || now->second != value) continue;
    exports.erase(now);
    if (const auto before = state.environment.find(name); before != state.environment.end())
      exports.insert(*before);
  }
  // set -a exports what is ours, too.
  std::erase_if(exports, [](const auto& variable) { return variable.first.starts_with("__testfarm_"); });
  state.environment = std::move(exports);
}

}  // namespace testfarm

#include "generator/pages/reproduce.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "generator/pages/test_alone.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_bytes = 64 * 1024;

bool succeeded(const DocumentCommand& command) { return command.end && command.end->success; }

// The directory that a client's commands call its sandbox: what stands before "/NAME" of its first
// repository, in the first command that says it. Empty where none does.
std::string sandbox_of(const ExecutionDocument& document) {
  if (document.start.repositories.empty()) return {};
  const std::string name = "/" + document.start.repositories.front().name;
  for (const DocumentTask& task : document.tasks)
    for (const DocumentCommand& command : task.commands) {
      const std::string& line = command.line;
      const auto end = line.find(name);
      if (end == std::string::npos || end == 0) continue;
      const char after = end + name.size() < line.size() ? line[end + name.size()] : ' ';
      const auto before = line.find_last_of(" \t\n'\"=;&|(", end - 1);
      const std::size_t begin = before == std::string::npos ? 0 : before + 1;
      if (begin < end && line[begin] == '/' &&
          std::string_view(" /\t\n'\";&|)").find(after) != std::string_view::npos)
        return line.substr(begin, end - begin);
    }
  return {};
}

bool is_plain(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text.front() != '.' && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                  c == '_' || c == '-';
         });
}

// A name that could lead elsewhere is not where it is cloned to.
std::string directory_of(const ExecutionStarted& start, std::size_t number) {
  const std::string& name = start.repositories[number].name;
  return is_plain(name) ? "./" + name : concat("./repository-", number + 1);
}

bool is_number(std::string_view revision) {
  return !revision.empty() && revision.find_first_not_of("0123456789") == std::string_view::npos &&
         revision.size() < 12;
}

std::string check_out(const Repository& repository, const std::string& where) {
  const std::string directory = shell_quoted(where);
  if (is_number(repository.revision))
    return concat("  svn checkout -r ", shell_quoted(repository.revision), " -- ",
                  shell_quoted(repository.url), ' ', directory, " || exit 1\n");
  return concat("  git clone -- ", shell_quoted(repository.url), ' ', directory, " || exit 1\n  git -C ",
                directory, " checkout --detach ", shell_quoted(repository.revision), " || exit 1\n  git -C ",
                directory, " submodule update --init --recursive || exit 1\n");
}

// The paths of that machine become those of this directory.
std::string run_function(const std::string& sandbox) {
  if (sandbox.empty()) return "run() { eval \"$1\"; }\n";
  return concat("was=", shell_quoted(sandbox),
                "  # the client's directory; here it is this one\n"
                "here=$(pwd)\n"
                "run() {\n"
                "  rest=$1 line=\n"
                "  while case $rest in *\"$was\"*) true ;; *) false ;; esac; do\n"
                "    line=$line${rest%%\"$was\"*}$here rest=${rest#*\"$was\"}\n"
                "  done\n"
                "  eval \"$line$rest\"\n"
                "}\n");
}

// "git bisect" since the execution before, with what failed as its question: a comment, to be copied.
std::string bisect_hint(const ExecutionKey& key, const ExecutionStarted& start) {
  if (start.repositories.size() != 1) return {};
  const Repository& repository = start.repositories.front();
  if (!is_plain(repository.previous) || is_number(repository.revision) || repository.changes.size() < 2)
    return {};
  const std::string directory = shell_quoted(directory_of(start, 0));
  return concat(
      "# If the execution before passed, this finds the commit between, afterwards, in this directory:\n# "
      "git -C ",
      directory, " bisect start ", shell_quoted(repository.revision), ' ', shell_quoted(repository.previous),
      " && git -C ", directory, " bisect run sh \"$PWD/", key.execution.text(), ".sh\" --only-commands\n");
}

// As client/run/services.cpp tells it: a statement that leaves something running.
bool starts_service(const DocumentCommand& command) {
  return command.line.find("  # service ") != std::string::npos;
}

bool has_services(const ExecutionDocument& document) {
  return std::any_of(document.tasks.begin(), document.tasks.end(), [](const DocumentTask& task) {
    return std::any_of(task.commands.begin(), task.commands.end(), starts_service);
  });
}

}  // namespace

std::string shell_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\0') continue;
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + '\'';
}

std::string shell_comment(std::string_view text) {
  std::string line;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::string_view three = text.substr(i, 3);
    const bool reverses = three.size() == 3 && three[0] == '\xE2' &&
                          ((three[1] == '\x80' && three[2] >= '\xA8' && three[2] <= '\xAE') ||
                           (three[1] == '\x81' && three[2] >= '\xA6' && three[2] <= '\xA9'));
    const bool c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (reverses) {
      line += '?';
      i += 2;
    } else if (c1) {
      line += '?';
      ++i;
    } else {
      line += byte < 0x20 || byte == 0x7F ? '?' : text[i];
    }
  }
  return line;
}

std::string reproduce_script(const ExecutionKey& key, const ExecutionDocument& document) {
  const ExecutionStarted& start = document.start;
  const bool plain = std::all_of(start.repositories.begin(), start.repositories.end(),
                                 [](const Repository& repository) { return is_plain(repository.revision); });
  if (start.repositories.empty() || !plain) return {};
  std::string script = concat("#!/bin/sh\n# Commands of the client ", key.owner.client.text(), " of ",
                              key.owner.project.text(), " (", key.execution.text(),
                              "): its owner's, not this farm's. Read them before you run them.\n");
  for (const auto& [name, value] : start.facts)
    script += concat("# ", shell_comment(name), ": ", shell_comment(value), '\n');
  script += "# What its environment was besides is not reported; *** stands for what it keeps secret.\n";
  script += concat(
      "# Whoever has its testfarm.toml gets all of it, with pages, by: testfarm run --force --local here "
      "--revision ",
      shell_quoted(start.repositories.front().revision), '\n');
  script += bisect_hint(key, start);
  script += "set -u\ncd -- \"$(dirname -- \"$0\")\" || exit 1\nif [ \"${1-}\" != --only-commands ]; then\n";
  for (std::size_t i = 0; i < start.repositories.size(); ++i)
    script += check_out(start.repositories[i], directory_of(start, i));
  script += "fi\n";
  if (has_services(document)) script += "services=\ntrap 'kill $services 2>/dev/null' EXIT\n";
  script += run_function(sandbox_of(document));
  for (std::size_t i = 0; i < document.tasks.size(); ++i) {
    const DocumentTask& task = document.tasks[i];
    script += concat("\n# Task ", i + 1, ": ", shell_comment(task.start.name), '\n');
    for (const DocumentCommand& command : task.commands) {
      script += concat("run ", shell_quoted(command.line), " || exit 1\n");
      if (starts_service(command)) script += "services=\"$services $!\"\n";
      if (script.size() > most_bytes) return {};
      if (succeeded(command)) continue;
      script += "# The command above failed.\n";
      if (const std::string alone = test_alone(command); !alone.empty())
        script += concat("# A test that failed in it, alone, where the command above ran it: ",
                         shell_comment(alone), '\n');
      return script;
    }
  }
  return {};
}

}  // namespace testfarm

#include "client/definition_advice.hpp"

#include "base/text.hpp"
#include "client/run/machine_trouble.hpp"

namespace testfarm {
namespace {

// Reserved for examples (RFC 2606, section 3): what the template has.
bool is_example(const std::string& url) {
  for (const char* host : {"example.org", "example.com", "example.net"})
    if (url.find(host) != std::string::npos) return true;
  return false;
}

// Words in braces that look like parameters and are none: "{no_such_parameter}", and not "${x}", "{print}" or
// "{a,b}".
std::vector<std::string> unknown_parameters(std::string_view line) {
  std::vector<std::string> words;
  for (auto open = line.find('{'); open != std::string_view::npos; open = line.find('{', open + 1)) {
    const auto close = line.find('}', open);
    if (close == std::string_view::npos) break;
    const std::string_view word = line.substr(open + 1, close - open - 1);
    const bool shell = open > 0 && line[open - 1] == '$';
    if (!shell && word.find_first_of("_.") != std::string_view::npos && word.front() != '.' &&
        word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
            std::string_view::npos)
      words.emplace_back(word);
  }
  return words;
}

class Adviser {
 public:
  explicit Adviser(const Definition& definition) : definition_(definition) {}

  std::vector<Advice> all() {
    for (const ServerDefinition& server : definition_.servers)
      if (is_example(server.url))
        hint("server = \"", server.url, "\" is an example: until it names your farm only run --local works");
    for (const RepositoryDefinition& repository : definition_.repositories)
      if (is_example(repository.url))
        bad("repository ", repository.name, ": ", repository.url, " is an example; name your own");
    for (const TaskDefinition& task : definition_.tasks)
      for (const CommandDefinition& command : task.commands) look_at(concat("task ", task.name), command);
    return std::move(advice_);
  }

 private:
  template <typename... Parts>
  void bad(const Parts&... parts) {
    advice_.push_back({true, concat(parts...)});
  }
  template <typename... Parts>
  void hint(const Parts&... parts) {
    advice_.push_back({false, concat(parts...)});
  }

  void look_at(const std::string& where, const CommandDefinition& command) {
    for (const std::string& word : unknown_parameters(command.run))
      bad(where, ": there is no parameter {", word, "} for `", command.run, "`");
    const bool pipes_away =
        command.run.find("| tee") != std::string::npos || command.run.find("|tee") != std::string::npos;
    if (pipes_away && !definition_.pipefail)
      hint(where, ": `", command.run,
           "` succeeds whenever tee does; pipefail = true makes the first of them count");
    for (const Modifier& modifier : command.info) look_at(where, "info", modifier, ModifierUse::info);
    for (const Modifier& modifier : command.stats) look_at(where, "stats", modifier, ModifierUse::stats);
    if (command.success) look_at(where, "success", *command.success, ModifierUse::success);
  }

  void look_at(const std::string& where, const char* member, const Modifier& modifier, ModifierUse use) {
    if (modifier.kind != Modifier::Kind::program) return;
    for (const std::string& word : unknown_parameters(modifier.text))
      bad(where, ": there is no parameter {", word, "} for its ", member, " `", modifier.written, "`");
    const std::string program = program_of(modifier.text);
    // Words of the shell itself that are no programs as well (POSIX, 2.9.1.4 and 2.15).
    for (const char* word :
         {"command", "read", "eval", "exec", "cd", "export", "set", "type", "if", "while", "for", "case"})
      if (program == word) return;
    if (program.empty() || missing_program({program}).empty()) return;
    const std::string meant = nearest_built_in(modifier.written, use);
    bad(where, ": its ", member, " \"", modifier.written,
        "\" is neither built in nor a program of this machine",
        meant.empty() ? std::string() : concat("; is ", meant, " meant?"));
  }

  const Definition& definition_;
  std::vector<Advice> advice_;
};

}  // namespace

std::vector<Advice> advice_on(const Definition& definition) { return Adviser(definition).all(); }

}  // namespace testfarm

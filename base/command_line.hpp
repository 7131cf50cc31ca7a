// The face of CLI11: one program's commands, options and help, and what was typed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace testfarm {

// Exit codes that all our programs share.
enum class Exit : std::uint8_t {
  ok = 0,
  failed = 1,       // it ran, and the answer is no (a red execution, a check that found something)
  usage = 2,        // the command line or a file written by a person is wrong
  unavailable = 3,  // a peer, a lock or the disk is unavailable; later may work
  internal = 4,     // a fault of the program
};

// The exit code of a program that ends with such an error: the one copy of "whose matter is it?".
Exit exit_of(ErrorKind kind);

class CommandLine;

// A place to hang options: the program itself or one of its commands. Variables outlive the parse.
class Options {
 public:
  // "--name,-n" style names; a name without dashes is positional.
  Options& option(const std::string& names, std::string& variable, const std::string& help);
  Options& option(const std::string& names, std::int64_t& variable, const std::string& help);
  Options& required(const std::string& names, std::string& variable, const std::string& help);
  // May be given several times.
  Options& options(const std::string& names, std::vector<std::string>& variable, const std::string& help);
  Options& flag(const std::string& names, bool& variable, const std::string& help);
  Options& footer(const std::string& text);
  // A command below this one; `run` is called after a successful parse if it was typed.
  Options command(const std::string& name, const std::string& help, std::function<Exit()> run = {});

 private:
  friend class CommandLine;
  Options(void* app, CommandLine* owner) : app_(app), owner_(owner) {}
  void* app_;
  CommandLine* owner_;
};

class CommandLine {
 public:
  CommandLine(const std::string& program, const std::string& description);
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
  ~CommandLine();
  Options options();
  // Parses and runs. `--manual` alone prints the manual page, `--completion` alone the completion for bash.
  // Help and version go to stdout with Exit::ok, mistakes to stderr with Exit::usage. `otherwise` runs where
  // no command was typed; without it that is a mistake.
  Exit run(int argc, char** argv, const std::function<Exit()>& otherwise = {});

 private:
  friend class Options;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace testfarm

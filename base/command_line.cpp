#include "base/command_line.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

#include "base/command_manual.hpp"
#include "base/text.hpp"

namespace testfarm {

Exit exit_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::bad_input:
    case ErrorKind::not_found:
    case ErrorKind::conflict:
    case ErrorKind::unauthorized: return Exit::usage;
    case ErrorKind::busy:
    case ErrorKind::unavailable:
    case ErrorKind::no_space:
    case ErrorKind::io: return Exit::unavailable;
    default: return Exit::internal;
  }
}
namespace {
CLI::App& app_of(void* app) { return *static_cast<CLI::App*>(app); }
}  // namespace

struct CommandLine::State {
  CLI::App app;
  std::function<Exit()> chosen;
};

Options& Options::option(const std::string& names, std::string& variable, const std::string& help) {
  app_of(app_).add_option(names, variable, help)->capture_default_str();
  return *this;
}

Options& Options::option(const std::string& names, std::int64_t& variable, const std::string& help) {
  app_of(app_).add_option(names, variable, help)->capture_default_str();
  return *this;
}

Options& Options::required(const std::string& names, std::string& variable, const std::string& help) {
  app_of(app_).add_option(names, variable, help)->required();
  return *this;
}

Options& Options::options(const std::string& names, std::vector<std::string>& variable,
                          const std::string& help) {
  app_of(app_).add_option(names, variable, help)->allow_extra_args(false)->take_all();
  return *this;
}

Options& Options::flag(const std::string& names, bool& variable, const std::string& help) {
  app_of(app_).add_flag(names, variable, help);
  return *this;
}

Options& Options::footer(const std::string& text) {
  app_of(app_).footer(text);
  return *this;
}

Options Options::command(const std::string& name, const std::string& help, std::function<Exit()> run) {
  CLI::App* command = app_of(app_).add_subcommand(name, help);
  CommandLine* owner = owner_;
  if (run)
    command->parse_complete_callback([owner, run = std::move(run)] { owner->state_->chosen = run; });
  else
    command->require_subcommand(1);
  return {command, owner_};
}

CommandLine::CommandLine(const std::string& program, const std::string& description)
    : state_(std::make_unique<State>()) {
  state_->app.name(program);
  state_->app.description(description);
  state_->app.set_version_flag("--version", concat(program, ' ', TESTFARM_VERSION));
  // Options of the program are taken after the command, too.
  state_->app.fallthrough();
  state_->app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

CommandLine::~CommandLine() = default;

Options CommandLine::options() { return {&state_->app, this}; }

Exit CommandLine::run(int argc, char** argv, const std::function<Exit()>& otherwise) {
  const std::string_view only = argc == 2 ? argv[1] : "";
  if (only == "--manual" || only == "--completion") {
    std::cout << (only == "--manual" ? manual_of(&state_->app) : completion_of(&state_->app));
    return Exit::ok;
  }
  try {
    state_->app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 speaks by exceptions; this is its border.
    return state_->app.exit(error, std::cout, std::cerr) == 0 ? Exit::ok : Exit::usage;
  }
  if (!state_->chosen) state_->chosen = otherwise;
  if (!state_->chosen) {
    std::cerr << state_->app.help();
    return Exit::usage;
  }
  return state_->chosen();
}

}  // namespace testfarm

#include "client/service.hpp"

#include <cstdlib>

#include "base/text.hpp"
#include "client/platform/own_program.hpp"
#include "client/run/command_runner.hpp"

namespace testfarm {
namespace {

// systemd.unit(5): % begins a specifier, spaces end a word.
std::string unit_word(const std::string& text) {
  std::string word = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') word += '\\';
    if (c == '%') word += '%';
    word += c;
  }
  return word + "\"";
}

std::string unit(const std::string& name, const Path& program, const Path& definition,
                 const std::string& client) {
  return concat("[Unit]\nDescription=TestFarm client ", name,
                "\nAfter=network-online.target\n\n[Service]\nExecStart=", unit_word(program.string()),
                " --config ", unit_word(definition.string()), client.empty() ? "" : " --client ", client,
                " watch\nWorkingDirectory=", definition.parent_path().string(),
                "\nRestart=on-failure\nRestartSec=60\n# Ends gently: the execution is closed as "
                "aborted.\nTimeoutStopSec=30\n"
                "KillMode=mixed\n\n[Install]\nWantedBy=default.target\n");
}

Result<Path> units_directory() {
  const char* home = std::getenv("HOME");
  const char* config = std::getenv("XDG_CONFIG_HOME");
  if (home == nullptr && config == nullptr)
    return fail(ErrorKind::bad_input, "HOME is not set; --cron needs none");
  return (config != nullptr ? Path(config) : Path(home) / ".config") / "systemd/user";
}

// Units of ours for this definition, whatever its clients were called when they were written.
Result<std::vector<Path>> units_for(const Path& units, const Path& definition) {
  std::vector<Path> found;
  TRY_SET(const auto names, list_directory(units));
  for (const std::string& name : names) {
    if (!name.starts_with("testfarm-") || !name.ends_with(".service")) continue;
    TRY_SET(const std::string text, read_file(units / name, 1 << 16));
    const std::string config = concat(" --config ", unit_word(definition.string()), ' ');
    if (text.find(config + "watch\n") != std::string::npos ||
        text.find(config + "--client ") != std::string::npos)
      found.push_back(units / name);
  }
  return found;
}

// Whether systemd did it; where there is none, nothing runs that it could stop.
bool systemctl(const ClientContext& context, const std::string& words) {
  SystemCommandRunner runner(
      context.clock, [] { return false; }, false);
  ShellState state = initial_shell_state("/", {"*"}, {});
  const auto result = runner.run({.line = concat("systemctl --user ", words), .timeout = minute_ms}, state,
                                 [](std::string_view) -> Status { return {}; });
  return result && result->ending == CommandEnding::exited && result->status == 0;
}

}  // namespace

Status uninstall_service(const ClientContext& context) {
  const Path definition = std::filesystem::absolute(context.definition_file).lexically_normal();
  TRY_SET(const Path units, units_directory());
  TRY_SET(const auto found, units_for(units, definition));
  if (found.empty())
    return fail(ErrorKind::not_found, concat("no unit in ", units.string(), " watches ", definition.string(),
                                             "; a line of cron is removed with `crontab -e`"));
  for (const Path& unit : found) {
    const std::string name = unit.stem().string();
    if (!systemctl(context, concat("disable --now ", in_shell_quotes(name))))
      context.console.say(
          concat("systemd was not asked to stop it; type: systemctl --user disable --now ", name));
    TRY(remove_file(unit));
    context.console.say("removed " + unit.string());
  }
  systemctl(context, "daemon-reload");
  context.console.say(
      "the farm keeps what was reported; `testfarm away` or its maintainer tell it that you are gone");
  return {};
}

Status install_service(const ClientContext& context, bool cron) {
  TRY_SET(const auto definitions, chosen_definitions(context));
  const Path definition = definitions.front().file;
  const Path program = own_program();
  if (program.empty()) return fail(ErrorKind::internal, "this system does not tell where testfarm is");
  if (cron) {
    context.console.say("add this line with `crontab -e`:");
    const auto minutes = std::max<Millis>(definitions.front().schedule.every / minute_ms, 1);
    context.console.say(concat(minutes < 60 ? concat("*/", minutes, " * * * *") : "17 * * * *", " cd ",
                               definition.parent_path().string(), " && ", program.string(),
                               " --quiet --config ", definition.filename().string(),
                               context.client.empty() ? "" : " --client ", context.client, " run"));
    return {};
  }
  TRY_SET(const Path units, units_directory());
  const std::string name = concat("testfarm-", definitions.front().client.project.text(), '-',
                                  definitions.front().client.client.text());
  TRY(make_directories(units));
  TRY(replace_file(units / (name + ".service"), unit(name, program, definition, context.client), Sync::no));
  context.console.say("wrote " + (units / (name + ".service")).string());
  if (definitions.size() > 1)
    context.console.say(concat("it watches all ", definitions.size(), " clients of ", definition.string(),
                               ", which take turns"));
  context.console.say(
      concat("switch it on:  systemctl --user daemon-reload && systemctl --user enable --now ", name));
  context.console.say("so that it also runs while you are logged out:  loginctl enable-linger");
  context.console.say(concat("what it says:  journalctl --user -u ", name));
  return {};
}

}  // namespace testfarm

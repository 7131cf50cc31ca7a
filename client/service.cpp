#include "client/service.hpp"

#include <cstdlib>

#include "base/text.hpp"
#include "client/platform/own_program.hpp"

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

std::string unit(const std::string& name, const Path& program, const Path& definition) {
  return concat("[Unit]\nDescription=TestFarm client ", name,
                "\nAfter=network-online.target\n\n[Service]\nExecStart=", unit_word(program.string()),
                " --config ", unit_word(definition.string()),
                " watch\nWorkingDirectory=", definition.parent_path().string(),
                "\nRestart=on-failure\nRestartSec=60\n# Ends gently: the execution is closed as "
                "aborted.\nTimeoutStopSec=30\n"
                "KillMode=mixed\n\n[Install]\nWantedBy=default.target\n");
}

}  // namespace

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
                               " --quiet --config ", definition.filename().string(), " run"));
    return {};
  }
  const char* home = std::getenv("HOME");
  const char* config = std::getenv("XDG_CONFIG_HOME");
  if (home == nullptr && config == nullptr)
    return fail(ErrorKind::bad_input, "HOME is not set; --cron needs none");
  const Path units = (config != nullptr ? Path(config) : Path(home) / ".config") / "systemd/user";
  const std::string name = concat("testfarm-", definitions.front().client.project.text(), '-',
                                  definitions.front().client.client.text());
  TRY(make_directories(units));
  TRY(replace_file(units / (name + ".service"), unit(name, program, definition), Sync::no));
  context.console.say("wrote " + (units / (name + ".service")).string());
  context.console.say(
      concat("switch it on:  systemctl --user daemon-reload && systemctl --user enable --now ", name));
  context.console.say("so that it also runs while you are logged out:  loginctl enable-linger");
  context.console.say(concat("what it says:  journalctl --user -u ", name));
  return {};
}

}  // namespace testfarm

#include "base/command_manual.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"

namespace testfarm {
namespace {

// groff takes a leading dot or quote for a request, a backslash for an escape and a hyphen for a typographic
// one.
std::string roff(std::string_view text) {
  std::string safe;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) safe += "\\&";
    if (c == '\\' || c == '-') safe += '\\';
    safe += c == '\\' ? 'e' : c;
    line_start = c == '\n';
  }
  return safe;
}

std::string options_of(const CLI::App& app) {
  std::string text;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_description().empty()) continue;
    text += concat(".TP\n.B ", roff(option->get_name(true, true)),
                   option->get_expected_max() > 0 && !option->get_positional() ? " \\fIvalue\\fR" : "", '\n',
                   roff(option->get_description()));
    if (option->get_required()) text += " (required)";
    text += '\n';
  }
  return text;
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as commands are nested
void add_commands(const CLI::App& app, const std::string& prefix, std::string& text) {
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    const std::string name = prefix.empty() ? command->get_name() : concat(prefix, ' ', command->get_name());
    text += concat(".SS ", roff(name), '\n', roff(command->get_description()), ".\n", options_of(*command));
    if (!command->get_footer().empty()) text += concat(".PP\n.nf\n", roff(command->get_footer()), "\n.fi\n");
    add_commands(*command, name, text);
  }
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as commands are nested
void add_words(const CLI::App& app, const std::string& path, std::string& cases) {
  std::string words;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    words += command->get_name() + ' ';
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) words += concat("--", name, ' ');
  cases += concat("    '", path, "') words='", words, "' ;;\n");
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    add_words(*command, concat(path, ' ', command->get_name()), cases);
}

}  // namespace

std::string manual_of(const void* given) {
  const auto& app = *static_cast<const CLI::App*>(given);
  std::string upper = app.get_name();
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
  std::string text =
      concat(".TH ", upper, " 1 \"\" \"TestFarm ", TESTFARM_VERSION, "\"\n.SH NAME\n", roff(app.get_name()),
             " \\- ", roff(app.get_description()), "\n.SH SYNOPSIS\n.B ", roff(app.get_name()),
             "\n[\\fIoptions\\fR] \\fIcommand\\fR [\\fIoptions\\fR]\n.SH OPTIONS\n", options_of(app),
             ".SH COMMANDS\n");
  add_commands(app, "", text);
  if (!app.get_footer().empty()) text += concat(".SH NOTES\n.nf\n", roff(app.get_footer()), "\n.fi\n");
  return text;
}

std::string completion_of(const void* given) {
  const auto& app = *static_cast<const CLI::App*>(given);
  std::string cases;
  add_words(app, app.get_name(), cases);
  std::string function = concat('_', app.get_name());
  std::replace(function.begin(), function.end(), '-', '_');
  // The command that is being typed: the words so far that are no options, as long as they name one.
  return concat(
      "# bash completion for ", app.get_name(), "\n", function, "() {\n  local words path='", app.get_name(),
      "' i next current=${COMP_WORDS[COMP_CWORD]}\n  known() {\n    case \"$1\" in\n", cases,
      "    *) return 1 ;;\n    esac\n  }\n  known \"$path\"\n  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    next=\"$path ${COMP_WORDS[i]}\"\n    known \"$next\" && path=$next\n  done\n  known \"$path\"\n"
      "  if [[ $current == -* || $words ]]; then COMPREPLY=($(compgen -W \"$words\" -- \"$current\")); fi\n"
      "  [[ ${#COMPREPLY[@]} -gt 0 || $current == -* ]] || COMPREPLY=($(compgen -f -- \"$current\"))\n}\n"
      "complete -F ",
      function, " ", app.get_name(), "\n");
}

}  // namespace testfarm

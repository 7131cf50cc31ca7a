#include "client/definition/template.hpp"

#include "base/text.hpp"
#include "client/definition/starting_tasks.hpp"

namespace testfarm {
namespace {

// A basic string of TOML.
std::string basic_string(std::string_view text) {
  std::string all = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') all += '\\';
    all += c;
  }
  return all + '"';
}

std::string needs_line(const std::vector<std::string>& needs) {
  if (needs.empty()) return {};
  std::string line = "# Programs without which an execution says nothing about the code.\nneeds = [";
  for (const std::string& program : needs)
    line += concat(line.ends_with('[') ? "" : ", ", basic_string(program));
  return line + "]\n";
}

std::string matrix_of(const DefinitionStart& start) {
  if (!start.matrix) return {};
  const std::string& name = start.client.client.text();
  return concat("# Each value makes a client of its own, with its own key, state and sandbox: ", name,
                "-gcc, ", name, R"(-clang.
[matrix]
compiler = [
  { name = "gcc", cxx = "g++" },
  { name = "clang", cxx = "clang++" },
]

)");
}

}  // namespace

std::string definition_template(const DefinitionStart& start) {
  return concat(
      R"(# What this client watches, runs and reports. Check it with `testfarm check`, try it with `testfarm run --force`.

project = )",
      basic_string(start.client.project.text()), "\nclient  = ", basic_string(start.client.client.text()),
      "\nserver  = ", basic_string(start.server), R"(

# How often to look for new commits.
every = "15m"
# No command may take longer, unless it says so itself.
timeout = "1h"
# Where repositories are checked out and commands begin.
sandbox = "sandbox"
)",
      needs_line(start.needs), R"(
# What contributors should know of this machine. System and architecture are told by themselves.
[facts]
# compiler = "gcc 12.2"

# Values of your own for commands: {prefix} below becomes /opt/thing. {sandbox} and the directory of each
# repository by its name are there already.
[parameters]
# prefix = "/opt/thing"

)",
      matrix_of(start),
      R"(# The repositories to watch; an update of any starts an execution. The branch of the first names it.
[[repository]]
name = "source"
url = )",
      basic_string(start.url), "\nbranch = ", basic_string(start.branch), "\n\n", start.tasks);
}

std::string definition_from(const std::string& offered, const ClientKey& client, const std::string& server) {
  return concat("# As ", server, " offers it for ", client.project.text(),
                ". Read it before you run it: it says what runs on this machine.\n\nproject = ",
                basic_string(client.project.text()), "\nclient  = ", basic_string(client.client.text()),
                "\nserver  = ", basic_string(server), "\n\n", offered);
}

std::string definition_template(const ClientKey& client, const std::string& server) {
  return definition_template({.client = client, .server = server, .needs = {}, .tasks = cmake_tasks(false)});
}

std::string matrix_template(const ClientKey& client, const std::string& server) {
  return definition_template({.client = client,
                              .server = server,
                              .needs = {"{compiler.cxx}"},
                              .tasks = cmake_tasks(true),
                              .matrix = true});
}

}  // namespace testfarm

#include "client/definition/template.hpp"
#include "base/text.hpp"

namespace testfarm {

namespace {

constexpr std::string_view tasks_template =
    R"(# Tasks run in order. Within a task, directory and exported variables carry over from command to command. The first
# command that fails ends its task; a mandatory task that fails ends the execution.
[[task]]
name = "Configure"
kind = "configure"      # fetch, configure, build, test or other: it tells readers where it stopped
commands = [
  "cd {source}",
  "cmake -B {sandbox}/build",  # outside of the checkout, which is cleaned at each new revision
]

[[task]]
name = "Compile"
kind = "build"
commands = [
  # A command can say more: how long it may take; what of its output is shown always (`info`); numbers to plot
  # (`stats`); when it is a success (`success`). Each is built in ("last 1", "match REGEX", "time", "warnings" …) or any
  # program that reads the output on its stdin. All of it: docs/client.md.
  { run = "cmake --build {sandbox}/build", timeout = "30m", info = "last 1", stats = ["time", "warnings"] },
]

[[task]]
name = "Test"
kind = "test"
mandatory = false
commands = [
  # Results of single tests, read from the output (or from files: junit = "build/*.xml").
  { run = "ctest --test-dir {sandbox}/build --output-on-failure", tests = "auto" },
]
)";

// Where there is a matrix of compilers, the first command says which.
std::string with_compiler(std::string_view tasks, bool matrix) {
  const std::string_view build = "cmake -B {sandbox}/build";
  const auto at = tasks.find(build) + build.size();
  return concat(tasks.substr(0, at), matrix ? " -DCMAKE_CXX_COMPILER={compiler.cxx}" : "", tasks.substr(at));
}

std::string template_with(const ClientKey& client, const std::string& server, std::string_view matrix) {
  return concat(
      R"(# What this client watches, runs and reports. Check it with `testfarm check`, try it with `testfarm run --force`.

project = ")",
      client.project.text(), R"("
client  = ")",
      client.client.text(), R"("
server  = ")",
      server, R"("

# How often to look for new commits.
every = "15m"
# No command may take longer, unless it says so itself.
timeout = "1h"
# Where repositories are checked out and commands begin.
sandbox = "sandbox"
)",
      matrix.empty() ? ""
                     : "# Programs without which an execution says nothing about the code.\n"
                       "needs = [\"{compiler.cxx}\"]\n",
      R"(
# What contributors should know of this machine. System and architecture are told by themselves.
[facts]
# compiler = "gcc 12.2"

# Values of your own for commands: {prefix} below becomes /opt/thing. {sandbox} and the directory of each
# repository by its name are there already.
[parameters]
# prefix = "/opt/thing"

)",
      matrix,
      R"(# The repositories to watch; an update of any starts an execution. The branch of the first names it.
[[repository]]
name = "source"
url = "https://example.org/project.git"
branch = "main"

)",
      with_compiler(tasks_template, !matrix.empty()));
}

}  // namespace

std::string definition_template(const ClientKey& client, const std::string& server) {
  return template_with(client, server, "");
}

std::string matrix_template(const ClientKey& client, const std::string& server) {
  return template_with(client, server,
                       concat("# Each value makes a client of its own, with its own key, state and sandbox: ",
                              client.client.text(), "-gcc, ", client.client.text(), R"(-clang.
[matrix]
compiler = [
  { name = "gcc", cxx = "g++" },
  { name = "clang", cxx = "clang++" },
]

)"));
}

}  // namespace testfarm

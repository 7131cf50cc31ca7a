#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/text.hpp"
#include "client/platform/descendants.hpp"
#include "client/platform/shell_child.hpp"
#include "client/run/shell_trailer.hpp"

namespace testfarm {
namespace {

// Everything that the child needs, made before the fork: between fork and exec only async-signal-safe calls
// are allowed in a program with threads.
struct ChildPlan {
  std::vector<std::string> texts;
  std::vector<char*> argv;
  std::vector<char*> envp;
  std::string directory;
  const char* shell = "/bin/sh";
  int input = -1;
  int output = -1;
  bool low_priority = false;
};

void point(std::vector<char*>& pointers, std::string& text) { pointers.push_back(text.data()); }

// Called as sh it keeps to POSIX (bash(1), --posix).
const char* shell_with_pipefail() {
  for (const char* path :
       {"/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash", "/run/current-system/sw/bin/bash"})
    if (access(path, X_OK) == 0) return path;
  return "/bin/sh";  // which then says what it does not know, and fails
}

ChildPlan plan_child(const ShellChild& child) {
  const Statement& statement = child.statement;
  ChildPlan plan{.input = child.input, .output = child.output, .low_priority = child.low_priority};
  if (statement.pipefail) plan.shell = shell_with_pipefail();
  const std::string line = statement.pipefail ? "set -o pipefail\n" + statement.line : statement.line;
  plan.texts = {"sh", "-c", child.told.empty() ? line : with_trailer(line, child.told)};
  for (const auto& [name, value] : statement.environment) plan.texts.push_back(concat(name, '=', value));
  for (const auto& [name, value] : child.state.environment)
    if (!statement.environment.contains(name)) plan.texts.push_back(concat(name, '=', value));
  for (std::size_t i = 0; i < plan.texts.size(); ++i) point(i < 3 ? plan.argv : plan.envp, plan.texts[i]);
  plan.argv.push_back(nullptr);
  plan.envp.push_back(nullptr);
  plan.directory = child.state.directory.string();
  return plan;
}

// In the child. 126: the directory cannot be entered; 127: there is no sh.
[[noreturn]] void become(const void* planned) {
  const ChildPlan& plan = *static_cast<const ChildPlan*>(planned);
  // A session of its own has no terminal: who asks there is told at once that nobody answers (POSIX,
  // setsid()).
  setsid();
  die_with_parent();
  if (plan.low_priority) lower_priority();
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaction(signal, &usual, nullptr);
  // They were blocked for the fork: until here our handlers would have run in our memory.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (chdir(plan.directory.c_str()) != 0) _exit(126);
  dup2(plan.input, STDIN_FILENO);
  dup2(plan.output, STDOUT_FILENO);
  dup2(plan.output, STDERR_FILENO);
#ifdef SYS_close_range
  syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0);  // what a library opened without close-on-exec
#endif
  execve(plan.shell, plan.argv.data(), plan.envp.data());
  _exit(127);
}

}  // namespace

Result<int> start_shell(const ShellChild& child) {
  const ChildPlan plan = plan_child(child);
  const pid_t id = start_child(&plan, become);
  if (id < 0) return fail(system_error("could not start", "sh"));
  return id;
}

}  // namespace testfarm

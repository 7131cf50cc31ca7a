#include "client/platform/descendants.hpp"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

// proc(5): of /proc/N/stat the name, which may hold anything, and what follows it.
struct ProcessStat {
  pid_t id = 0;
  std::string name;
  std::string state;
  std::int64_t parent = 0;
  std::int64_t session = 0;
};

std::optional<ProcessStat> stat_of(std::string_view number) {
  const auto id = to_signed(number);
  if (!id) return std::nullopt;
  const auto text = read_file(concat("/proc/", number, "/stat"), 4096);
  const auto open = text ? text->find('(') : std::string::npos;
  const auto close = text ? text->rfind(')') : std::string::npos;
  if (open == std::string::npos || close == std::string::npos || close < open) return std::nullopt;
  const auto fields =
      split(std::string_view(*text).substr(close + 1), ' ');  // "", state, parent, group, session
  if (fields.size() < 5) return std::nullopt;
  return ProcessStat{.id = static_cast<pid_t>(*id),
                     .name = text->substr(open + 1, close - open - 1),
                     .state = std::string(fields[1]),
                     .parent = to_signed(fields[2]).value_or(0),
                     .session = to_signed(fields[4]).value_or(0)};
}

std::vector<ProcessStat> all_processes() {
  std::vector<ProcessStat> all;
  const auto names = list_directory("/proc");
  if (!names) return all;
  for (const std::string& name : *names)
    if (auto stat = stat_of(name)) all.push_back(*std::move(stat));
  return all;
}

std::vector<ProcessStat> children_of(pid_t parent) {
  std::vector<ProcessStat> children = all_processes();
  std::erase_if(children, [&](const ProcessStat& process) { return process.parent != parent; });
  return children;
}

bool have_children() {
  siginfo_t info{};
  return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

// Whom this process started itself and still waits for.
struct Own {
  std::mutex mutex;
  std::set<pid_t> ids;
};
Own& own() {
  static Own all;
  return all;
}

std::vector<pid_t> orphans() {
  const std::scoped_lock lock(own().mutex);
  if (own().ids.empty() && !have_children()) return {};
  std::vector<pid_t> strays;
  // Who is in the session of one that still runs belongs to it, whatever became of its parent.
  for (const ProcessStat& child : children_of(getpid()))
    if (!own().ids.contains(child.id) && !own().ids.contains(static_cast<pid_t>(child.session)))
      strays.push_back(child.id);
  return strays;
}

// Who are told to stop when we are. Ended ones stay, as 0.
constexpr std::size_t most_workers = 64;
std::array<std::atomic<pid_t>, most_workers> workers{};
// Not SIGINT as it is: a terminal sends that to all, and a second one ends a worker at once.
void pass_on(int signal) {
  for (const auto& worker : workers)
    if (const pid_t id = worker; id > 0) kill(id, signal == SIGINT ? SIGTERM : signal);
}

void pass_on_signals() {
  struct sigaction action {};
  action.sa_handler = pass_on;
  for (const int signal : {SIGTERM, SIGHUP, SIGINT}) sigaction(signal, &action, nullptr);
}

// A child that does `work` and exits; told to stop when we die.
pid_t fork_worker(const std::function<int()>& work) {
  const pid_t parent = getpid();
  const pid_t id = fork();
  if (id != 0) return id;
  for (auto& worker : workers) worker = 0;
#ifdef PR_SET_PDEATHSIG
  prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
#endif
  if (getppid() != parent) raise(SIGTERM);
  std::exit(work());
}

int end_of(pid_t id) {
  int status = 0;
  while (waitpid(id, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

void adopt_orphans() {
#ifdef PR_SET_CHILD_SUBREAPER
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#endif
}

int start_child(const void* plan, void (*become)(const void*)) {
  const std::scoped_lock lock(own().mutex);
  // Until it has handlers of its own, a signal for both of us would be handled twice in this memory: one
  // Ctrl-C of a terminal counted as two.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t id = vfork();   // NOLINT(clang-analyzer-security.insecureAPI.vfork): see the header
  if (id == 0) become(plan);  // NOLINT(clang-analyzer-unix.Vfork): it may
  const int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  if (id > 0) own().ids.insert(id);
  return id;
}
void forget_child(pid_t id) {
  const std::scoped_lock lock(own().mutex);
  own().ids.erase(id);
}

std::optional<StoppedProcess> stopped_process(int session) {
  for (const ProcessStat& process : all_processes())
    if (process.session == session && process.state == "T")
      return StoppedProcess{.id = process.id, .told = concat(process.name, " (", process.id, ")")};
  return std::nullopt;
}

// Each round ends one generation; the next is then ours.
void end_orphans() {
  constexpr int most_generations = 1000;
  for (int generation = 0; generation < most_generations; ++generation) {
    const auto all = orphans();
    if (all.empty()) return;
    for (const pid_t id : all) kill(id, SIGKILL);
    // Who cannot be killed at once (it waits for a disk) is left to the next round.
    for (const pid_t id : all)
      for (int tries = 0; tries < 100 && waitpid(id, nullptr, WNOHANG) == 0; ++tries) usleep(1000);
  }
}

int guarded(const std::function<int()>& work) {
  signal(SIGCHLD, SIG_DFL);
  adopt_orphans();
  const pid_t id = fork_worker(work);
  if (id < 0) return work();
  workers[0] = id;
  pass_on_signals();
  const int status = end_of(id);
  end_orphans();
  return status;
}

int together(const std::vector<std::function<int()>>& works) {
  adopt_orphans();
  std::vector<pid_t> ids;
  for (const auto& work : works) {
    const pid_t id = ids.size() < most_workers ? fork_worker(work) : -1;
    if (id < 0) break;
    workers[ids.size()] = id;
    const std::scoped_lock lock(own().mutex);
    own().ids.insert(id);
    ids.push_back(id);
  }
  pass_on_signals();
  int worst = ids.size() == works.size() ? 0 : EXIT_FAILURE;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    worst = std::max(worst, end_of(ids[i]));
    workers[i] = 0;
    forget_child(ids[i]);
    end_orphans();
  }
  return worst;
}

void die_with_parent() {
#ifdef PR_SET_PDEATHSIG
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
#endif
}

// ioprio_set(2): class idle would starve on a busy disk; the lowest of best-effort.
void lower_priority() {
  if (nice(10) == -1) return;
#ifdef SYS_ioprio_set
  constexpr int of_process = 1;
  constexpr int best_effort = 2;
  constexpr int class_shift = 13;
  constexpr int lowest = 7;
  syscall(SYS_ioprio_set, of_process, 0, best_effort << class_shift | lowest);
#endif
}

}  // namespace testfarm

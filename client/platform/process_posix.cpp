#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "base/glob.hpp"
#include "base/text.hpp"
#include "client/platform/descendants.hpp"
#include "client/platform/running_statement.hpp"
#include "client/platform/shell_child.hpp"
#include "client/run/command_runner.hpp"
#include "client/run/shell_trailer.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX asks for it, glibc has it already

namespace testfarm {
namespace {

constexpr Millis kill_after = 2 * second_ms;   // between SIGTERM and SIGKILL
constexpr Millis look_after = 2 * second_ms;   // between two looks for stopped processes
constexpr Millis on_purpose = 30 * second_ms;  // a test stops a process, to see what others do without it

struct Pipe {
  Fd read_end;
  Fd write_end;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return fail(system_error("could not make", "a pipe"));
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

// Where the shell writes its state: memory that has a name as long as it is open (memfd_create(2),
// Linux 3.17), so that no descriptor is left to the statement; elsewhere, and where /proc is hidden, a file.
class ToldState {
 public:
  static Result<ToldState> make() {
    ToldState told;
#ifdef SYS_memfd_create
    told.file_ = Fd(static_cast<int>(syscall(SYS_memfd_create, "testfarm", 1U)));  // MFD_CLOEXEC
    told.path_ = concat("/proc/", getpid(), "/fd/", told.file_.get());
    if (told.file_ && access(told.path_.c_str(), W_OK) == 0) return told;
#endif
    const char* directory = std::getenv("TMPDIR");
    told.path_ = concat(directory == nullptr ? "/tmp" : directory, "/testfarm.XXXXXX");
    told.file_ = Fd(mkostemp(told.path_.data(), O_CLOEXEC));
    if (!told.file_) return fail(system_error("could not make", told.path_));
    told.is_file_ = true;
    return told;
  }
  ToldState(ToldState&& other) noexcept
      : file_(std::move(other.file_)),
        path_(std::move(other.path_)),
        is_file_(std::exchange(other.is_file_, false)) {}
  ToldState& operator=(ToldState&&) = delete;
  ~ToldState() {
    if (is_file_) unlink(path_.c_str());
  }

  const std::string& path() const { return path_; }
  // What is there; empty where it cannot be read: then nothing carries over.
  std::string text() const {
    const auto facts = facts_of(file_, path_);
    if (!facts || facts->size > most_state) return {};
    return read_at(file_, 0, static_cast<std::size_t>(facts->size), path_).value_or(std::string());
  }

 private:
  ToldState() = default;
  static constexpr std::size_t most_state = 4 << 20;
  Fd file_;
  std::string path_;
  bool is_file_ = false;
};

// A descriptor that becomes readable when the process ends (pidfd_open(2), Linux 5.3); none elsewhere.
Fd descriptor_of(pid_t id) {
#ifdef SYS_pidfd_open
  return Fd(static_cast<int>(syscall(SYS_pidfd_open, id, 0)));
#else
  static_cast<void>(id);
  return Fd();
#endif
}

// One running statement.
class Child {
 public:
  Child(const Clock& clock, bool reaps, pid_t id, Fd output, ToldState told)
      : clock_(clock),
        reaps_(reaps),
        id_(id),
        end_(descriptor_of(id)),
        output_(std::move(output)),
        told_(std::move(told)) {}

  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  // However it is left: nothing goes on running.
  ~Child() {
    if (!ended_) {
      kill(-id_, SIGKILL);
      waitpid(id_, nullptr, 0);
    }
    forget_child(id_);
    if (!ended_ && reaps_) end_orphans();
  }

  // Until the shell has ended and its output is read.
  Result<CommandResult> follow(const Statement& statement, const std::function<bool()>& stop,
                               const CommandRunner::OnOutput& on_output) {
    began_ = heard_ = clock_.awake_time();
    while (!ended_ || output_) {
      TRY(read_some(on_output));
      reap();
      if (ended_) drain_deadline_ = drain_deadline_ == 0 ? clock_.awake_time() + second_ms : drain_deadline_;
      watch(statement, stop);
      // What the statement left behind may hold the pipe open for ever.
      if (ended_ && clock_.awake_time() >= drain_deadline_) output_.reset();
    }
    kill(-id_, SIGKILL);
    forget_child(id_);
    if (reaps_) end_orphans();
    return CommandResult{
        .ending = ending_,
        .status = status_,
        .duration = clock_.awake_time() - began_,
        .silent = silent_,
        .stopped = ending_ == CommandEnding::timed_out && !silent_ ? stopped_ : std::string(),
        .peak_memory = peak_memory_};
  }

  std::string told() const { return told_.text(); }

 private:
  Status read_some(const CommandRunner::OnOutput& on_output) {
    std::array<pollfd, 2> polls{{{output_.get(), POLLIN, 0}, {ended_ ? -1 : end_.get(), POLLIN, 0}}};
    // Where the kernel does not tell of the end, it is looked for often.
    const int ready = poll(polls.data(), polls.size(), ended_ || !end_ ? 10 : 200);
    if (ready > 0 && (polls[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) return read_output(on_output);
    return on_output({});
  }

  Status read_output(const CommandRunner::OnOutput& on_output) {
    std::array<char, 64 * 1024> bytes{};
    const ssize_t got = read(output_.get(), bytes.data(), bytes.size());
    if (got > 0) heard_ = clock_.awake_time();
    if (got > 0) return on_output({bytes.data(), static_cast<std::size_t>(got)});
    if (got == 0 || errno != EINTR) output_.reset();
    return {};
  }

  void reap() {
    int status = 0;
    rusage used{};
    if (ended_) return;
    const pid_t got = wait4(id_, &status, WNOHANG, &used);
    if (got == 0 || (got < 0 && errno == EINTR)) return;
    ended_ = true;
    // Nobody knows how it ended: that is no success.
    if (got < 0) ending_ = CommandEnding::not_started;
    if (got < 0) return;
    peak_memory_ = static_cast<std::uint64_t>(used.ru_maxrss) * 1024;  // KiB on Linux (getrusage(2))
    const bool by_us = ending_ == CommandEnding::timed_out || ending_ == CommandEnding::aborted;
    if (WIFSIGNALED(status)) {
      status_ = WTERMSIG(status);
      if (!by_us) ending_ = CommandEnding::signalled;
    } else {
      status_ = WEXITSTATUS(status);
    }
  }

  void watch(const Statement& statement, const std::function<bool()>& stop) {
    if (ended_) return;
    const Millis now = clock_.awake_time();
    if (killed_at_ == 0) {
      silent_ = statement.silence > 0 && now - heard_ >= statement.silence;
      if (!statement.to_its_end && stop())
        ending_ = CommandEnding::aborted;
      else if (silent_ || now - began_ >= statement.timeout || has_stopped(now))
        ending_ = CommandEnding::timed_out;
      else
        return;
      kill(-id_, SIGTERM);
      kill(-id_, SIGCONT);  // who is stopped would not hear it
      killed_at_ = now;
    } else if (now - killed_at_ >= kill_after) {
      kill(-id_, SIGKILL);
    }
  }

  // Of the shell itself nobody can be waiting for it to go on: seen twice is enough.
  bool has_stopped(Millis now) {
    if (now - looked_at_ < look_after || now - heard_ < look_after) return false;
    looked_at_ = now;
    const auto process = stopped_process(id_);
    const bool again = process && process->told == stopped_;
    if (!again) {
      stopped_ = process ? process->told : std::string();
      stopped_at_ = now;
    }
    return again && (process->id == id_ || now - stopped_at_ >= on_purpose);
  }

  const Clock& clock_;
  bool reaps_;
  pid_t id_;
  Fd end_;
  Fd output_;
  ToldState told_;
  bool ended_ = false;
  CommandEnding ending_ = CommandEnding::exited;
  int status_ = 0;
  bool silent_ = false;
  std::string stopped_;  // "name (id)"
  Millis stopped_at_ = 0;
  Millis looked_at_ = 0;
  std::uint64_t peak_memory_ = 0;
  Millis began_ = 0;
  Millis heard_ = 0;
  Millis killed_at_ = 0;
  Millis drain_deadline_ = 0;
};

Result<std::unique_ptr<Child>> start_child_of(const Clock& clock, const Statement& statement,
                                              const ShellState& state, bool low_priority, bool reaps) {
  TRY_SET(Pipe output, make_pipe());
  TRY_SET(ToldState told, ToldState::make());
  TRY_SET(const Fd stdin_file, open_file(statement.input.value_or("/dev/null"), Open::read));
  TRY_SET(const pid_t id, start_shell({.statement = statement,
                                       .state = state,
                                       .told = told.path(),
                                       .input = stdin_file.get(),
                                       .output = output.write_end.get(),
                                       .low_priority = low_priority}));
  return std::make_unique<Child>(clock, reaps, id, std::move(output.read_end), std::move(told));
}

}  // namespace

ShellState initial_shell_state(const Path& directory, const std::vector<std::string>& pass,
                               const std::map<std::string, std::string>& set) {
  ShellState state{directory, {}};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos && any_glob_matches(pass, text.substr(0, equals)))
      state.environment[std::string(text.substr(0, equals))] = text.substr(equals + 1);
  }
  state.environment["TESTFARM"] = TESTFARM_VERSION;
  state.environment["CI"] = "true";
  for (const auto& [name, value] : set) state.environment[name] = value;
  return state;
}

SystemCommandRunner::SystemCommandRunner(const Clock& clock, std::function<bool()> stop, bool low_priority,
                                         Orphans orphans)
    : clock_(clock), stop_(std::move(stop)), low_priority_(low_priority), orphans_(orphans) {
  adopt_orphans();
}

Result<CommandResult> SystemCommandRunner::run(const Statement& statement, ShellState& state,
                                               const OnOutput& on_output) {
  auto child = start_child_of(clock_, statement, state, low_priority_, orphans_ == Orphans::ended);
  if (!child) {
    TRY(on_output(concat("testfarm: ", child.error().context, '\n')));
    CommandResult nothing;
    nothing.ending = CommandEnding::not_started;
    return nothing;
  }
  TRY_SET(const CommandResult result, (*child)->follow(statement, stop_, on_output));
  apply_trailer((*child)->told(), statement, state);
  return result;
}

Result<std::unique_ptr<RunningStatement>> SystemCommandRunner::start(const Statement& statement,
                                                                     const ShellState& state,
                                                                     const Path& output) {
  return start_statement(clock_, statement, state, output, low_priority_, orphans_ == Orphans::ended);
}

}  // namespace testfarm

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "client/platform/descendants.hpp"
#include "client/platform/running_statement.hpp"
#include "client/platform/shell_child.hpp"

namespace testfarm {
namespace {

class Running final : public RunningStatement {
 public:
  Running(const Clock& clock, pid_t id, bool reaps)
      : clock_(clock), id_(id), reaps_(reaps), began_(clock.awake_time()) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() override { end(0); }

  bool ended() override {
    if (ended_) return true;
    int status = 0;
    rusage used{};
    const pid_t got = wait4(id_, &status, WNOHANG, &used);
    if (got == 0 || (got < 0 && errno == EINTR)) return false;
    note(got < 0 ? -1 : status, used);
    return true;
  }

  CommandResult end(Millis patience) override {
    if (forgotten_) return result_;
    if (!ended()) {
      kill(-id_, SIGTERM);
      kill(-id_, SIGCONT);  // who is stopped would not hear it
      for (const Millis until = clock_.awake_time() + patience; clock_.awake_time() < until && !ended();)
        usleep(look_every);
    }
    // Also what its shell has left behind.
    kill(-id_, SIGKILL);
    while (!ended()) usleep(look_every);
    forgotten_ = true;
    forget_child(id_);
    if (reaps_) end_orphans();
    return result_;
  }

 private:
  static constexpr useconds_t look_every = 10'000;

  void note(int status, const rusage& used) {
    ended_ = true;
    result_.duration = clock_.awake_time() - began_;
    result_.peak_memory = static_cast<std::uint64_t>(used.ru_maxrss) * 1024;  // KiB on Linux (getrusage(2))
    if (status == -1) {
      result_.ending = CommandEnding::not_started;  // nobody knows how it ended
    } else if (WIFSIGNALED(status)) {
      result_.ending = CommandEnding::signalled;
      result_.status = WTERMSIG(status);
    } else {
      result_.status = WEXITSTATUS(status);
    }
  }

  const Clock& clock_;
  pid_t id_;
  bool reaps_;
  Millis began_;
  bool ended_ = false;
  bool forgotten_ = false;
  CommandResult result_;
};

}  // namespace

Result<std::unique_ptr<RunningStatement>> start_statement(const Clock& clock, const Statement& statement,
                                                          const ShellState& state, const Path& output,
                                                          bool low_priority, bool reaps) {
  TRY_SET(const Fd nothing, open_file("/dev/null", Open::read));
  // Appended to, so that it can be cut while it is written; what it holds is masked only when it is told.
  TRY(replace_file(output, "", Sync::no, Access::owner));
  TRY_SET(const Fd file, open_file(output, Open::append));
  TRY_SET(const pid_t id, start_shell({.statement = statement,
                                       .state = state,
                                       .told = {},
                                       .input = nothing.get(),
                                       .output = file.get(),
                                       .low_priority = low_priority}));
  return std::make_unique<Running>(clock, id, reaps);
}

}  // namespace testfarm

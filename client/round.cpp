#include "client/round.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "base/text.hpp"
#include "client/platform/facts.hpp"
#include "client/platform/stop.hpp"
#include "client/run/execution.hpp"
#include "client/run/machine_trouble.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

constexpr Millis patience_after_run = 30 * second_ms;  // for the last events to arrive; what does not is kept
constexpr std::uint64_t running_promise = 6 * 60;      // minutes: by then a running client speaks again
constexpr Millis trouble_pause = hour_ms;              // before a branch that met trouble is tried again
constexpr Millis trouble_silence = 6 * hour_ms;        // before the same trouble is told again

using Revisions = std::map<std::string, std::string>;  // repository → revision

// An execution to come.
struct Candidate {
  std::string branch;
  Revisions revisions;
  Reason reason = Reason::change;
};

class Round {
 public:
  Round(Session& session, const RunOptions& options) : session_(session), options_(options) {}

  Result<RunReport> go() {
    if (!options_.tasks.empty()) return go_in_private();
    TRY(session_.settle_doubts());
    const std::uint64_t parked = session_.main().spool().parked();
    start_reporters();
    auto candidates = look();
    if (!candidates && stop_wanted()) return fail(ErrorKind::busy, "it was asked to stop");
    if (!candidates) TRY(tell_trouble(branch_for_trouble(), candidates.error()));
    std::string
        unwell;  // branch whose last execution said nothing about the code: its later revisions wait too
    if (candidates)
      for (const Candidate& candidate : *candidates) {
        if (stop_wanted() || session_.paused()) break;
        if (candidate.branch == unwell) continue;
        TRY_SET(const Outcome outcome, run(candidate));
        if (outcome != Outcome::passed && outcome != Outcome::failed) unwell = candidate.branch;
        session_.obey();
      }
    TRY(session_.remember());
    for (std::size_t i = 0; i < reporters_.size(); ++i) {
      const bool sent = reporters_[i]->finish(patience_after_run, stop_wanted);
      if (i == 0) report_.reported = sent;
    }
    if (session_.main().spool().parked() > parked) {
      report_.reported = false;
      session_.console().say("the farm refused an execution for good; `testfarm status` says where it is");
    }
    end_reporters();
    // After what it confirms (spool.hpp, E.new).
    session_.beat(Activity::waiting, {}, minutes_to_next_check());
    if (!candidates) return fail(candidates.error());
    return report_;
  }

 private:
  // A trial of some tasks: seen here only.
  Result<RunReport> go_in_private() {
    TRY_SET(const auto candidates, look());
    Definition part = session_.definition();
    std::erase_if(part.tasks, [&](const TaskDefinition& task) {
      return std::find(options_.tasks.begin(), options_.tasks.end(), task.name) == options_.tasks.end();
    });
    for (const std::string& name : options_.tasks)
      if (std::none_of(part.tasks.begin(), part.tasks.end(),
                       [&](const TaskDefinition& task) { return task.name == name; }))
        return fail(ErrorKind::not_found,
                    cat("there is no task ", in_quotes(name), " in ", part.file.string()));
    session_.console().say("a part only: the farm is not told");
    if (candidates.empty()) return report_;
    TRY_SET(ExecutionStarted start, opening(candidates.front()));
    start.plan.clear();
    for (const auto& task : part.tasks) start.plan.push_back({task.name, task.kind});
    TRY_SET(report_.worst,
            execute(part, std::move(start), candidates.front(), [&](const EventBody& body) -> Status {
              session_.console().event(body);
              return {};
            }));
    report_.executions = 1;
    return report_;
  }

  // Whoever waited long enough does not wait for what hangs.
  void end_reporters() {
    for (const auto& uplink : session_.uplinks()) uplink->give_up(true);
    reporters_.clear();
    for (const auto& uplink : session_.uplinks()) uplink->give_up(false);
  }

  void start_reporters() {
    for (const auto& uplink : session_.uplinks())
      reporters_.push_back(std::make_unique<Reporter>(
          uplink->spool(), uplink->api(), [this](const std::string& line) { session_.console().say(line); },
          [this] { session_.beat_again(); }));
  }

  void notify() {
    for (const auto& reporter : reporters_) reporter->notify();
  }

  std::uint64_t minutes_to_next_check() const {
    return static_cast<std::uint64_t>(session_.definition().schedule.every / minute_ms + 1);
  }

  // ---- What there is to test

  Result<std::vector<Candidate>> look() {
    if (const std::string missing = missing_program(session_.definition().needs); !missing.empty())
      return fail(ErrorKind::unavailable,
                  cat("this machine has no program ", missing, ", which testfarm.toml needs"));
    TRY_SET(const auto tips, session_.sources().front()->tips());
    Revisions others;
    for (std::size_t i = 1; i < session_.sources().size(); ++i) {
      TRY_SET(const auto tip, session_.sources()[i]->tips());
      others[session_.definition().repositories[i].name] = tip.front().revision;
    }
    skip_old_tags(tips);
    std::vector<Candidate> all;
    for (const Tip& tip : tips) {
      if (!options_.branch.empty() && tip.branch != options_.branch) continue;
      TRY(add_candidates(tip, others, all));
    }
    if (all.empty() && !options_.branch.empty() &&
        std::none_of(tips.begin(), tips.end(), [&](const Tip& tip) { return tip.branch == options_.branch; }))
      return fail(ErrorKind::not_found,
                  cat("no repository has a watched branch ", in_quotes(options_.branch)));
    return all;
  }

  // Who begins to watch tags does not want all that there ever were.
  void skip_old_tags(const std::vector<Tip>& tips) {
    if (first().tags.empty() || std::exchange(session_.state().watches_tags, true)) return;
    for (const Tip& tip : tips)
      if (tip.tag) session_.state().tested[tip.branch][first().name] = tip.revision;
  }

  std::string branch_for_trouble() const {
    if (!first().branches.empty()) return first().branches.front();
    return first().tags.empty() ? "main" : first().tags.front();
  }

  const RepositoryDefinition& first() const { return session_.definition().repositories.front(); }

  Status add_candidates(const Tip& tip, const Revisions& others, std::vector<Candidate>& all) {
    const auto known = session_.state().tested.find(tip.branch);
    const Revisions tested = known == session_.state().tested.end() ? Revisions{} : known->second;
    const auto with = [&](const std::string& revision, Reason reason) {
      Candidate candidate{tip.branch, others, reason};
      candidate.revisions[first().name] = revision;
      return candidate;
    };
    if (!options_.revision.empty()) {
      if (all.empty()) all.push_back(with(options_.revision, Reason::forced));
      return {};
    }
    const auto previous = tested.find(first().name);
    TRY_SET(const auto steps, session_.sources().front()->steps(
                                  previous == tested.end() ? "" : previous->second, tip.revision));
    const bool waits = !options_.force && waits_after_trouble(tip.branch);
    for (const std::string& step : steps)
      if (!waits) all.push_back(with(step, Reason::change));
    // A tag does not move: it is tested once, or when somebody names it.
    if (!steps.empty() || waits || (tip.tag && options_.branch != tip.branch)) return {};
    const Candidate again = with(tip.revision, Reason::change);
    const bool others_changed = std::any_of(others.begin(), others.end(), [&](const auto& other) {
      const auto old = tested.find(other.first);
      return old == tested.end() || old->second != other.second;
    });
    if (const auto reason = reason_without_changes(tip, others_changed))
      all.push_back(with(tip.revision, *reason));
    return {};
  }

  std::optional<Reason> reason_without_changes(const Tip& tip, bool others_changed) {
    if (others_changed) return Reason::change;
    if (options_.force) return Reason::forced;
    if (session_.run_requested()) requested_ = true;
    if (requested_) return Reason::requested;
    const Schedule& schedule = session_.definition().schedule;
    if (schedule.every == 0) return Reason::schedule;
    const auto ran = session_.state().ran.find(tip.branch);
    const bool due = schedule.force_after > 0 && !tip.tag && ran != session_.state().ran.end() &&
                     session_.clock().now() - ran->second >= schedule.force_after;
    return due ? std::optional(Reason::schedule) : std::nullopt;
  }

  bool waits_after_trouble(const std::string& branch) const {
    const auto told = session_.state().trouble.find(branch);
    const Millis since =
        told == session_.state().trouble.end() ? 0 : session_.clock().now() - told->second.at;
    return told != session_.state().trouble.end() && since >= 0 && since < trouble_pause;
  }

  // ---- An execution

  Result<ExecutionStarted> opening(const Candidate& candidate) {
    ExecutionStarted start{candidate.branch, candidate.reason, {}, session_.facts(), {}};
    const Definition& definition = session_.definition();
    const Revisions& tested = session_.state().tested[candidate.branch];
    for (std::size_t i = 0; i < definition.repositories.size(); ++i) {
      const std::string& name = definition.repositories[i].name;
      const auto previous = tested.find(name);
      TRY_SET(Repository told,
              session_.sources()[i]->describe(previous == tested.end() ? "" : previous->second,
                                              candidate.revisions.at(name)));
      start.repositories.push_back(std::move(told));
    }
    for (const auto& task : definition.tasks) start.plan.push_back({task.name, task.kind});
    return start;
  }

  Result<Outcome> execute(const Definition& definition, ExecutionStarted start, const Candidate& candidate,
                          const EventSink& sink) {
    const auto prepare = [&]() -> Status {
      const std::uint64_t wanted = definition.schedule.free_disk;
      TRY_SET(const FreeSpace space, free_space(definition.sandbox));
      if (space.bytes < wanted)
        return fail(ErrorKind::no_space,
                    cat("only ", space.bytes >> 20, " MiB are free for ", definition.sandbox.string(),
                        "; testfarm.toml wants ", wanted >> 20));
      for (std::size_t i = 0; i < definition.repositories.size(); ++i)
        TRY(session_.sources()[i]->check_out(candidate.revisions.at(definition.repositories[i].name)));
      return {};
    };
    ExecutionOptions options;
    options.stop = [this] { return session_.stop(); };
    options.prepare = prepare;
    options.scratch = definition.state_directory;
    options.environment = {
        {"TESTFARM_BRANCH", candidate.branch},
        {"TESTFARM_REVISION", start.repositories.empty() ? "" : start.repositories.front().revision}};
    options.trouble = [&](const CommandDefinition& command, const CommandEnded& end) {
      return machine_trouble(command, end, definition, session_.runner());
    };
    return run_execution(definition, std::move(start), session_.runner(), session_.clock(), options, sink);
  }

  // Events go to all spools, to the console, and the farm's wishes are looked at as they come.
  Result<Outcome> report(const std::function<Result<Outcome>(const EventSink&)>& work) {
    TRY_SET(SpoolWriter writer, session_.main().spool().begin());
    for (std::size_t i = 1; i < session_.uplinks().size(); ++i)
      TRY(session_.main().spool().share(writer.execution(), session_.uplinks()[i]->spool()));
    const std::string id = writer.execution().text();
    session_.console().expect(session_.state().durations);
    session_.runs(id);
    session_.beat(Activity::running, id, running_promise);
    const auto sink = [&](EventBody body) -> Status {
      session_.masking().mask(body);
      session_.console().event(body);
      if (const auto* task = std::get_if<TaskEnded>(&body)) note_duration(*task);
      if (const auto* task = std::get_if<TaskStarted>(&body)) task_name_ = task->name;
      TRY(writer.add(std::move(body)));
      notify();
      session_.obey_farm();
      return {};
    };
    auto outcome = work(sink);
    session_.runs({});
    if (!outcome) session_.doubt();
    return outcome;
  }

  void note_duration(const TaskEnded& task) {
    if (task.outcome == TaskOutcome::passed) session_.state().durations[task_name_] = task.duration;
  }

  Result<Outcome> run(const Candidate& candidate) {
    TRY_SET(ExecutionStarted start, opening(candidate));
    if (candidate.reason != Reason::requested && session_.run_requested()) start.reason = Reason::requested;
    Revisions revisions;
    for (const Repository& repository : start.repositories) revisions[repository.name] = repository.revision;
    std::string reason;
    TRY_SET(const Outcome outcome, report([&](const EventSink& sink) {
              return execute(session_.definition(), std::move(start), candidate, [&](EventBody body) {
                if (const auto* end = std::get_if<ExecutionEnded>(&body)) reason = end->reason;
                return sink(std::move(body));
              });
            }));
    note(candidate, revisions, outcome, reason);
    TRY(session_.remember());
    return outcome;
  }

  // Interrupted, aborted and troubled executions say nothing about the code: a later check runs it again.
  void note(const Candidate& candidate, const Revisions& revisions, Outcome outcome,
            const std::string& reason) {
    ++report_.executions;
    report_.worst = std::max(report_.worst, outcome);
    RememberedState& state = session_.state();
    state.results[candidate.branch] = name_of(outcome);
    state.ran[candidate.branch] = session_.clock().now();
    if (outcome == Outcome::trouble) state.trouble[candidate.branch] = {reason, session_.clock().now()};
    if (outcome != Outcome::passed && outcome != Outcome::failed) return;
    state.trouble.erase(candidate.branch);
    if (options_.revision.empty()) state.tested[candidate.branch] = revisions;
  }

  // An execution that says only why there is none. The same trouble is not told again for a while.
  Status tell_trouble(const std::string& branch, const Error& error) {
    if (error.kind != ErrorKind::unavailable && error.kind != ErrorKind::no_space &&
        error.kind != ErrorKind::io)
      return {};
    RememberedState& state = session_.state();
    const auto told = state.trouble.find(branch);
    const bool again = told != state.trouble.end() && told->second.what == error.context &&
                       session_.clock().now() - told->second.at < trouble_silence;
    // Who reaches nobody has no network: that is no news about a repository.
    if (again || !session_.beat(Activity::waiting, {}, minutes_to_next_check())) return {};
    ExecutionStarted start{branch, Reason::change, {}, session_.facts(), {}};
    const auto tell = [&](const EventSink& sink) -> Result<Outcome> {
      TRY(sink(start));
      TRY(sink(ExecutionEnded{Outcome::trouble, 0, clean_text(error.context, limits::message)}));
      return Outcome::trouble;
    };
    TRY(report(tell));
    state.trouble[branch] = {error.context, session_.clock().now()};
    return session_.remember();
  }

  Session& session_;
  const RunOptions& options_;
  RunReport report_;
  bool requested_ = false;
  std::string task_name_;
  std::vector<std::unique_ptr<Reporter>> reporters_;
};

int minute_of_local_day(Millis now) {
  const std::time_t seconds = now / second_ms;
  std::tm local{};
  localtime_r(&seconds, &local);
  return local.tm_hour * 60 + local.tm_min;
}

bool within(const std::pair<int, int>& span, int minute) {
  if (span.first <= span.second) return span.first <= minute && minute < span.second;
  return minute >= span.first || minute < span.second;  // over midnight
}

}  // namespace

Result<RunReport> look_and_run(Session& session, const RunOptions& options) {
  return Round(session, options).go();
}

std::string reason_to_wait(const Schedule& schedule, const Path& sandbox, const Clock& clock) {
  const int minute = minute_of_local_day(clock.now());
  const auto now = [&](const std::pair<int, int>& span) { return within(span, minute); };
  if (!schedule.hours.empty() && std::none_of(schedule.hours.begin(), schedule.hours.end(), now))
    return "it is outside of the hours in testfarm.toml";
  if (schedule.max_load > 0 && load_average() > schedule.max_load) return "the load is above max_load";
  const auto space = free_space(sandbox);
  if (space && space->bytes < schedule.free_disk)
    return cat("only ", space->bytes >> 20, " MiB of disk are free");
  return {};
}

}  // namespace testfarm

#include "client/poll.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "client/execute.hpp"
#include "client/platform/stop.hpp"
#include "client/run/machine_trouble.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

constexpr Millis patience_after_run = 30 * second_ms;  // for the last events to arrive; what does not is kept
constexpr std::uint64_t running_promise = 6 * 60;      // minutes: by then a running client speaks again
constexpr Millis trouble_silence = 6 * hour_ms;        // before the same trouble is told again

class Poll {
 public:
  Poll(Session& session, const RunOptions& options) : session_(session), options_(options) {}

  // Looks, runs what there is to run, and leaves when what was said has arrived or had its time.
  Result<RunReport> go() {
    if (!options_.tasks.empty()) return go_in_private();
    TRY(session_.recover_unfinished());
    const std::uint64_t parked = session_.main().spool().parked();
    start_reporters();

    const auto found = look();
    if (!found && stop_wanted()) return fail(ErrorKind::busy, "it was asked to stop");
    if (found)
      TRY(run_all(*found));
    else
      TRY(tell_trouble(branch_for_trouble(), found.error()));
    TRY(session_.remember());

    finish_reporting(parked);
    if (found && found->empty()) report_.waits = told_trouble();
    // After what it confirms (spool.hpp, E.new).
    session_.send_heartbeat(Activity::waiting, {}, minutes_to_next_check());
    if (!found) return fail(found.error());
    return report_;
  }

  Result<RunReport> only_report() {
    TRY(session_.recover_unfinished());
    const std::uint64_t parked = session_.main().spool().parked();
    start_reporters();
    finish_reporting(parked);
    session_.send_heartbeat(Activity::waiting, {}, minutes_to_next_check());
    return report_;
  }

 private:
  // Of branches that met trouble a short while ago, the one that is told.
  std::string told_trouble() const {
    const Millis now = session_.clock().now();
    for (const auto& [branch, met] : session_.state().trouble)
      if ((options_.branch.empty() || options_.branch == branch) &&
          waits_after_trouble(session_.state(), branch, now))
        return concat(branch, " met trouble ", (now - met.at) / minute_ms,
                      " min ago and is tried again an hour after it: ", met.what,
                      "; --force runs all the same");
    return {};
  }

  // A branch whose execution said nothing about the code is left: its later revisions would meet the same.
  Status run_all(const std::vector<Candidate>& found) {
    std::string unwell;
    for (const Candidate& candidate : found) {
      if (stop_wanted() || session_.paused()) break;
      if (candidate.branch == unwell) continue;
      TRY_SET(const Outcome outcome, run(candidate));
      if (outcome != Outcome::passed && outcome != Outcome::failed) unwell = candidate.branch;
      session_.follow_requests();
    }
    return {};
  }

  // `parked`: executions that the farm had refused for good before.
  void finish_reporting(std::uint64_t parked) {
    for (std::size_t i = 0; i < reporters_.size(); ++i) {
      const bool sent = reporters_[i]->finish(patience_after_run, stop_wanted);
      if (i == 0) report_.reported = sent;
    }
    if (session_.main().spool().parked() > parked) {
      report_.reported = false;
      session_.console().say("the farm refused an execution for good; `testfarm status` says where it is");
    }
    end_reporters();
  }

  // A trial of some tasks: seen here only.
  Result<RunReport> go_in_private() {
    TRY_SET(const auto candidates, look());
    Definition part = session_.definition();
    std::erase_if(part.tasks, [&](const TaskDefinition& task) {
      return std::find(options_.tasks.begin(), options_.tasks.end(), task.name) == options_.tasks.end();
    });
    // Whether the revision has a task of that name will be seen.
    const bool more = !first().definition.empty();
    for (const std::string& name : options_.tasks)
      if (!more && std::none_of(part.tasks.begin(), part.tasks.end(),
                                [&](const TaskDefinition& task) { return task.name == name; }))
        return fail(ErrorKind::not_found,
                    concat("there is no task ", in_quotes(name), " in ", part.file.string()));
    session_.console().say("a part only: the farm is not told");
    if (candidates.empty()) return report_;
    TRY_SET(ExecutionStarted start, opening(candidates.front()));
    start.plan.clear();
    for (const auto& task : part.tasks) start.plan.push_back({task.name, task.kind});
    TRY_SET(report_.worst, execute(session_, part, std::move(start), candidates.front(), options_.tasks,
                                   [&](const EventBody& body) -> Status {
                                     session_.console().event(body);
                                     return {};
                                   }));
    report_.executions = 1;
    return report_;
  }

  // Whoever waited long enough does not wait for what hangs.
  void end_reporters() {
    for (const auto& connection : session_.connections()) connection->give_up(true);
    reporters_.clear();
    for (const auto& connection : session_.connections()) connection->give_up(false);
  }

  void start_reporters() {
    for (const auto& connection : session_.connections())
      reporters_.push_back(std::make_unique<Reporter>(
          connection->spool(), connection->api(),
          [this](const std::string& line) { session_.console().say(line); },
          [this] { session_.resend_heartbeat(); }));
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
                  concat("this machine has no program ", missing, ", which testfarm.toml needs"));
    TRY_SET(const auto tips, session_.sources().front()->tips());
    Seen seen{.repository = first().name, .branches = {}, .others = {}};
    for (std::size_t i = 1; i < session_.sources().size(); ++i) {
      TRY_SET(const auto tip, session_.sources()[i]->tips());
      seen.others[session_.definition().repositories[i].name] = tip.front().revision;
    }
    skip_old_tags(tips, first(), session_.state());
    TRY(notice_gone(tips));
    for (const Tip& tip : tips) {
      if (!options_.branch.empty() && tip.branch != options_.branch) continue;
      TRY_SET(auto steps, steps_to(tip));
      seen.branches.push_back({tip, std::move(steps)});
    }
    if (seen.branches.empty() && !options_.branch.empty())
      return fail(ErrorKind::not_found,
                  concat("no repository has a watched branch ", in_quotes(options_.branch)));

    auto all = candidates(seen, session_.state(), session_.definition().schedule, options_,
                          session_.has_request(), session_.clock().now());
    const bool taken_up = std::any_of(all.begin(), all.end(), [](const Candidate& candidate) {
      return candidate.reason == Reason::requested;
    });
    if (taken_up) session_.run_requested();
    return all;
  }

  // Said once here, and to the farm with each heartbeat.
  Status notice_gone(const std::vector<Tip>& tips) {
    auto gone = gone_branches(tips, first(), session_.state());
    auto& known = session_.state().gone;
    if (gone == known) return {};
    for (const std::string& branch : gone)
      if (std::find(known.begin(), known.end(), branch) == known.end())
        session_.console().say(
            concat(first().name, ": branch ", in_quotes(branch), " is not there any more"));
    known = std::move(gone);
    return session_.remember();
  }

  // Nobody asks where somebody has named the revision.
  Result<std::vector<std::string>> steps_to(const Tip& tip) {
    if (!options_.revision.empty()) return std::vector<std::string>{};
    std::string previous;
    if (const auto tested = session_.state().tested.find(tip.branch); tested != session_.state().tested.end())
      if (const auto known = tested->second.find(first().name); known != tested->second.end())
        previous = known->second;
    return session_.sources().front()->steps(previous, tip.revision);
  }

  std::string branch_for_trouble() const {
    if (!first().branches.empty()) return first().branches.front();
    return first().tags.empty() ? "main" : first().tags.front();
  }

  const RepositoryDefinition& first() const { return session_.definition().repositories.front(); }

  // ---- An execution

  Result<ExecutionStarted> opening(const Candidate& candidate) {
    ExecutionStarted start{.branch = candidate.branch, .reason = candidate.reason, .facts = session_.facts()};
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

  // Events go to all spools, to the console, and the farm's requests are looked at as they come.
  Result<Outcome> report(const std::function<Result<Outcome>(const EventSink&)>& work) {
    TRY_SET(SpoolWriter writer, session_.main().spool().begin());
    for (std::size_t i = 1; i < session_.connections().size(); ++i)
      TRY(session_.main().spool().share(writer.execution(), session_.connections()[i]->spool()));
    const std::string id = writer.execution().text();
    session_.console().expect(session_.state().durations);
    session_.runs(id);
    session_.send_heartbeat(Activity::running, id, running_promise);
    const auto sink = [&](EventBody body) -> Status {
      session_.masking().mask(body);  // the guard: everything that any farm hears of comes through here
      session_.console().event(body);
      if (const auto* task = std::get_if<TaskEnded>(&body)) note_duration(*task);
      if (const auto* task = std::get_if<TaskStarted>(&body)) task_name_ = task->name;
      TRY(writer.add(std::move(body)));
      notify();
      session_.follow_farm_requests();
      return {};
    };
    auto outcome = work(sink);
    session_.runs({});
    if (!outcome) session_.mark_unfinished();
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
              return execute(session_, session_.definition(), std::move(start), candidate, {},
                             [&](EventBody body) {
                               if (auto* end = std::get_if<ExecutionEnded>(&body)) {
                                 reason = end->reason;
                                 tell_of_clones(*end);
                               }
                               return sink(std::move(body));
                             });
            }));
    note(candidate, revisions, outcome, reason);
    TRY(session_.remember());
    return outcome;
  }

  // Whoever reads what came of it learns that its clone was mended or made anew.
  void tell_of_clones(ExecutionEnded& end) {
    const std::string said = session_.said_of_clones();
    if (!said.empty())
      end.reason = clean_text(concat(end.reason, end.reason.empty() ? "" : "; ", said), limits::message);
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
    if (again || !session_.send_heartbeat(Activity::waiting, {}, minutes_to_next_check())) return {};
    ExecutionStarted start{.branch = branch, .reason = Reason::change, .facts = session_.facts()};
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
  std::string task_name_;
  std::vector<std::unique_ptr<Reporter>> reporters_;
};

}  // namespace

Result<RunReport> report_only(Session& session) {
  const RunOptions none;
  return Poll(session, none).only_report();
}

Result<RunReport> poll_and_run(Session& session, const RunOptions& options) {
  return Poll(session, options).go();
}

}  // namespace testfarm

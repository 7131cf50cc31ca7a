#include "admin/made_up/planted.hpp"

#include <algorithm>
#include <ostream>
#include <random>

#include "admin/commands.hpp"
#include "admin/made_up/planted_story.hpp"
#include "admin/made_up/simulate.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

using namespace planted;

constexpr std::size_t commits_each = 16;  // of a problem's own stretch of history
constexpr Millis between_commits = 3 * hour_ms;

class Planter {
 public:
  Planter(const Layout& layout, const ProjectId& project, const PlantOptions& options, Millis until)
      : layout_(layout), project_(project), dice_(options.seed * 7919 + 17), world_(options.world) {
    std::size_t commits = (options.problems + 1) * commits_each;
    if (world_) commits -= roll(commits / 2);
    from_ = until - static_cast<Millis>(commits + 1) * between_commits;
    for (std::size_t i = 0; i < commits; ++i) {
      std::string revision;
      for (int d = 0; d < 40; ++d) revision += "0123456789abcdef"[roll(16)];
      commits_.push_back(
          {.revision = revision,
           .author = concat("Author ", roll(9)),
           .message = concat("Change ", i, " of the story"),
           .at = from_ + static_cast<Millis>(i) * between_commits + static_cast<Millis>(roll(hour_ms))});
    }
    until_ = until;
    make_machines();
    if (world_) make_world();
    for (std::size_t i = 0; i < options.problems; ++i) make_problem(i);
    if (world_) make_lasting();
  }

  Status run() {
    truth_.object().key("commits").array();
    for (const FictionCommit& commit : commits_) truth_.value(commit.revision);
    truth_.end_array().key("clients").object();
    for (const Machine& machine : machines_) {
      truth_.key(machine.name).object();
      for (const auto& [fact, text] : machine.facts) truth_.member(fact, text);
      truth_.end_object();
    }
    truth_.end_object().key("problems").array();
    for (const Problem& problem : problems_) write_problem(truth_, problem);
    truth_.end_array().key("shifts").array();
    for (const Shift& shift : shifts_)
      truth_.object().member("culprit", shift.culprit).member("factor", shift.factor).end_object();
    truth_.end_array().key("executions").array();
    for (const Machine& machine : machines_) TRY(run_client(machine));
    truth_.end_array().end_object();
    return replace_file(layout_.root() / concat("planted-", project_.text(), ".json"), truth_.text() + '\n',
                        Sync::no);
  }

 private:
  std::uint64_t roll(std::uint64_t bound) { return dice_() % bound; }

  void make_machines() {
    const std::vector<std::string> systems{"Debian 12",  "Fedora 41",    "Alpine 3.20", "FreeBSD 14.1",
                                           "macOS 15.1", "Ubuntu 24.04", "Windows 11"};
    const std::vector<std::string> compilers{"gcc 12.2", "gcc 13.2", "clang 16.0, libstdc++",
                                             "clang 18.1, libc++"};
    const std::vector<std::string> architectures{"x86_64", "arm64", "armv7l"};
    const std::size_t count = 6 + roll(4);
    for (std::size_t i = 0; i < count; ++i) {
      constexpr Millis paces[] = {2 * hour_ms, 3 * hour_ms, 7 * hour_ms, 26 * hour_ms};
      machines_.push_back({concat("box-", i + 1),
                           {{"system", systems[roll(systems.size())]},
                            {"compiler", compilers[roll(compilers.size())]},
                            {"architecture", architectures[roll(architectures.size())]}},
                           paces[i == 0 ? 0 : roll(4)]});
    }
  }

  void make_world() {
    for (Machine& machine : machines_) {
      machine.facts["cpu"] = concat("Model ", roll(1000));
      machine.size = 4000 + static_cast<double>(roll(400));
      machine.late = roll(3) == 0;
      if (&machine != &machines_.front() && roll(6) == 0)
        machine.dies =
            from_ + static_cast<Millis>(commits_.size() / 2 + roll(commits_.size() / 2)) * between_commits;
    }
    const std::size_t middle = commits_.size() / 2;
    shifts_.push_back({middle - roll(commits_each), 1.2 + 0.1 * static_cast<double>(roll(5))});
  }

  // One machine never passes a test, and another has failed one for most of the story.
  void make_lasting() {
    const auto on_one = [&](const char* symbol, std::size_t culprit) {
      problems_.push_back({.symbol = symbol,
                           .kind = "platform",
                           .fact = "cpu",
                           .text = machines_[roll(machines_.size())].facts.at("cpu"),
                           .episodes = {{culprit, commits_.size()}}});
    };
    if (roll(2) == 0) on_one("NeverFrob", 0);
    if (roll(2) == 0) on_one("LastingFrob", commits_.size() / 3);
  }

  void make_problem(std::size_t i) {
    Problem problem;
    problem.symbol =
        concat("Widget", i, static_cast<char>('A' + roll(26)), static_cast<char>('a' + roll(26)), "Frob");
    problem.in_test = roll(3) > 0;
    // Now and then in the stretch of the one before, so that there are two at once.
    const std::size_t stretch = (i > 0 && roll(4) == 0 ? i : i + 1) * commits_each;
    const std::size_t culprit = stretch + roll(5);
    const std::size_t life = 4 + roll(6);
    problem.episodes.push_back({culprit, culprit + life});
    const std::uint64_t luck = roll(10);
    problem.kind = luck < 5 ? "platform" : luck < 7 ? "everywhere" : luck < 9 ? "flaky" : "again";
    if (problem.kind == "platform") {
      const Machine& machine = machines_[roll(machines_.size())];
      const std::uint64_t which = roll(3);
      problem.fact = which == 0 ? "system" : which == 1 ? "compiler" : "architecture";
      problem.text = machine.facts.at(problem.fact);
      // A family of compilers rather than a version.
      if (which == 1) problem.text = problem.text.substr(0, problem.text.find(' '));
    }
    if (problem.kind == "flaky") {
      problem.in_test = true;
      problem.percent = 15 + roll(35);
      problem.episodes = {{stretch, stretch + commits_each}};
    }
    if (problem.kind == "again") problem.episodes.push_back({culprit + life + 2, culprit + life + 5});
    problem.hangs = world_ && !problem.in_test && roll(3) == 0;
    // What begins in the last stretch may be there still.
    for (Episode& episode : problem.episodes) episode.fix = std::min(episode.fix, commits_.size());
    problems_.push_back(std::move(problem));
  }

  std::size_t tip(Millis at) const {
    const auto after = std::upper_bound(commits_.begin(), commits_.end(), at,
                                        [](Millis t, const FictionCommit& commit) { return t < commit.at; });
    return after == commits_.begin() ? 0 : static_cast<std::size_t>(after - commits_.begin()) - 1;
  }

  Status run_client(const Machine& machine) {
    const ClientKey client{project_, *ClientId::parse(machine.name)};
    TRY(make_directories(layout_.client(client)));
    TRY(make_empty_file(layout_.client_log(client)));
    std::optional<std::size_t> previous;
    for (Millis at = from_ + between_commits + static_cast<Millis>(roll(hour_ms)); at < until_;
         at += machine.pace + static_cast<Millis>(roll(hour_ms))) {
      const std::size_t commit = tip(at);
      // Nothing new: mostly there is nothing to do, now and then it is tested again all the same.
      if (previous == commit && roll(3) > 0) continue;
      if (machine.dies > 0 && at > machine.dies) break;
      TRY(run_once(client, machine, at, previous, commit));
      previous = commit;
      if (world_ && roll(12) == 0) TRY(run_on_branch(client, machine, at, commit));
    }
    return {};
  }

  // A branch on which the build is broken for good: it says nothing of main.
  Status run_on_branch(const ClientKey& client, const Machine& machine, Millis& at, std::size_t commit) {
    at += 30 * minute_ms;
    events_.clear();
    now_ = 0;
    Problem own{.symbol = "FeatureFrob", .kind = "branch", .in_test = false};
    ExecutionStarted opens = opening(machine, std::nullopt, commit);
    opens.branch = concat("feature/of-", machine.name);
    tell(std::move(opens));
    build(machine, &own);
    tell(ExecutionEnded{Outcome::failed, now_, ""});
    TRY_SET(ExecutionId id, fiction_id(at, dice_));
    const ExecutionKey key{client, std::move(id)};
    begin_execution(key, at, at + now_, commit, concat("feature/of-", machine.name));
    truth_.member("judged", true).member("tests", false).key("shows").array().value(own.symbol);
    truth_.end_array().end_object();
    return put_fiction(layout_, key, events_, at);
  }

  void begin_execution(const ExecutionKey& key, Millis at, Millis heard, std::size_t commit,
                       const std::string& branch) {
    truth_.object().member("client", key.owner.client.text()).member("execution", key.execution.text());
    truth_.member("commit", commit).member("started", at).member("ended", heard).member("branch", branch);
  }

  double size_at(const Machine& machine, std::size_t commit) {
    double size = machine.size + static_cast<double>(roll(9));
    for (const Shift& shift : shifts_)
      if (commit >= shift.culprit) size *= shift.factor;
    return size;
  }

  Status run_once(const ClientKey& client, const Machine& machine, Millis at,
                  std::optional<std::size_t> previous, std::size_t commit) {
    events_.clear();
    now_ = 0;
    std::vector<std::string> shows;
    tell(opening(machine, previous, commit));
    const std::uint64_t luck = roll(100);
    const bool trouble = luck < 4;
    bool tests_ran = false;
    Outcome outcome = Outcome::passed;
    if (trouble) {
      outcome = luck < 3 ? Outcome::trouble : Outcome::interrupted;
      if (world_ && outcome == Outcome::interrupted) begin_build();
    } else {
      const Problem* broken = nullptr;
      for (const Problem& problem : problems_)
        if (!problem.in_test && problem.at(commit) && problem.on(machine) && broken == nullptr)
          broken = &problem;
      if (world_) size_now_ = size_at(machine, commit);
      build(machine, broken);
      if (broken != nullptr) shows.push_back(broken->symbol);
      tests_ran = broken == nullptr;
      if (tests_ran) run_tests(machine, commit, shows);
      outcome = shows.empty() ? Outcome::passed : Outcome::failed;
    }
    tell(ExecutionEnded{outcome, now_, trouble ? "No space left on device" : ""});
    TRY_SET(ExecutionId id, fiction_id(at, dice_));
    const ExecutionKey key{client, std::move(id)};
    const Millis delay = machine.late && roll(8) == 0 ? day_ms : 0;
    begin_execution(key, at, at + now_ + delay, commit, "main");
    truth_.member("judged", !trouble).member("tests", tests_ran).key("shows").array();
    for (const std::string& symbol : shows) truth_.value(symbol);
    truth_.end_array().end_object();
    return put_fiction(layout_, key, events_, at, delay);
  }

  void tell(EventBody body) { events_.push_back({events_.size() + 1, now_, std::move(body)}); }

  ExecutionStarted opening(const Machine& machine, std::optional<std::size_t> previous,
                           std::size_t commit) const {
    Repository repository{.name = "source",
                          .url = "https://example.org/story.git",
                          .revision = commits_[commit].revision,
                          .previous = previous ? commits_[*previous].revision : std::string(),
                          .changes_omitted = 0};
    for (std::size_t i = commit; previous ? i > *previous : repository.changes.empty(); --i)
      repository.changes.push_back({.revision = commits_[i].revision,
                                    .author = commits_[i].author,
                                    .time = commits_[i].at / second_ms,
                                    .message = commits_[i].message});
    return {.branch = "main",
            .reason = previous == commit ? Reason::schedule : Reason::change,
            .repositories = {std::move(repository)},
            .facts = machine.facts,
            .plan = {{"Compile", TaskKind::build}, {"Unit tests", TaskKind::test}}};
  }

  // What differs from run to run and from machine to machine, as in life.
  std::string noise() {
    return concat("0x", to_hex_digits(roll(1ULL << 40)), " after ", roll(50), '.', roll(100), " s");
  }
  void command(std::uint64_t task, const std::string& line, std::string output, bool fails) {
    tell(CommandStarted{task, 1, line});
    now_ += static_cast<Millis>(second_ms + roll(10) * second_ms);
    const std::uint64_t bytes = output.size();
    tell(Output{.task = task, .command = 1, .omitted = 0, .text = std::move(output)});
    last_ = CommandEnded{.task = task,
                         .command = 1,
                         .ending = CommandEnding::exited,
                         .status = fails ? 1 : 0,
                         .success = !fails,
                         .duration = now_,
                         .output_bytes = bytes,
                         .omitted_bytes = 0};
  }

  // As far as it comes where the machine is shut down in the middle of it.
  void begin_build() {
    tell(TaskStarted{.task = 1, .name = "Compile", .kind = TaskKind::build, .mandatory = true});
    tell(CommandStarted{1, 1, "ninja"});
    tell(Output{.task = 1, .command = 1, .omitted = 0, .text = "[1/2] Building core.o\n"});
  }

  void build(const Machine& machine, const Problem* broken) {
    tell(TaskStarted{.task = 1, .name = "Compile", .kind = TaskKind::build, .mandatory = true});
    std::string output = concat("[1/2] Building core.o on ", machine.name, '\n');
    const bool hangs = broken != nullptr && broken->hangs;
    if (hangs) {
      output += concat("linking ", broken->symbol, '\n');
    } else if (broken != nullptr) {
      output += concat("/home/ci", roll(90), "/build-", roll(1000), "/src/", broken->symbol,
                       ".cxx:", 10 + roll(800), ':', roll(80), ": error: no member named 'x' in '",
                       broken->symbol, "' (", noise(), ")\nninja: build stopped: subcommand failed.\n");
    }
    // What hangs says nothing, and so is known by its command.
    command(1, hangs ? concat("ninja ", broken->symbol) : "ninja", std::move(output), broken != nullptr);
    if (hangs) last_.ending = CommandEnding::timed_out;
    if (world_ && broken == nullptr) last_.stats["size, KiB"] = size_now_;
    tell(last_);
    tell(TaskEnded{1, broken != nullptr ? TaskOutcome::failed : TaskOutcome::passed, now_});
  }

  void run_tests(const Machine& machine, std::size_t commit, std::vector<std::string>& shows) {
    tell(TaskStarted{.task = 2, .name = "Unit tests", .kind = TaskKind::test, .mandatory = false});
    TestResults results{2, 1, {}};
    for (const Problem& problem : problems_) {
      if (!problem.in_test) continue;
      TestResult test{
          .name = concat(problem.symbol, "/works"), .outcome = TestOutcome::passed, .seconds = 0.1};
      if (problem.at(commit) && problem.on(machine) && roll(100) < problem.percent) {
        test.outcome = TestOutcome::failed;
        test.message = concat(problem.symbol, ".cxx:", 10 + roll(800), ": error: expected 1, got ",
                              roll(1000), " at ", noise());
        shows.push_back(problem.symbol);
      }
      results.tests.push_back(std::move(test));
    }
    command(2, "ctest", shows.empty() ? "all passed\n" : "some tests failed\n", !shows.empty());
    if (!results.tests.empty()) tell(results);
    tell(last_);
    tell(TaskEnded{2, shows.empty() ? TaskOutcome::passed : TaskOutcome::failed, now_});
  }

  const Layout& layout_;
  const ProjectId& project_;
  std::mt19937_64 dice_;
  Millis from_ = 0, until_ = 0, now_ = 0;
  std::vector<FictionCommit> commits_;
  std::vector<Machine> machines_;
  std::vector<Problem> problems_;
  std::vector<Shift> shifts_;
  bool world_;
  double size_now_ = 0;
  std::vector<Event> events_;
  CommandEnded last_;
  json::Writer truth_;
};

}  // namespace

Status plant(const Layout& layout, const ProjectId& project, const PlantOptions& options, const Clock& clock,
             std::ostream& out) {
  if (!file_exists(layout.project_toml(project)))
    TRY(add_project(layout, project, project.text(), "problems planted by testfarm-admin simulate", out));
  TRY(Planter(layout, project, options, options.until == 0 ? clock.now() : options.until).run());
  out << counted(options.problems, "problem") << " planted; the truth is in "
      << (layout.root() / concat("planted-", project.text(), ".json")).string() << '\n';
  return {};
}

}  // namespace testfarm

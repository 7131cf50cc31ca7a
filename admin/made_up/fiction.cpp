#include "admin/made_up/fiction.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr std::array<std::string_view, 6> people{"Ines Aldana", "Tomás Rey",    "Yuki Hara",
                                                 "Priya Nwosu", "Henrik Aalto", "Mei-Ling Okafor"};
constexpr std::array<std::string_view, 8> verbs{"Fix",    "Simplify", "Document", "Speed up",
                                                "Rename", "Test",     "Split",    "Guard"};
constexpr std::array<std::string_view, 8> things{"the XML reader",  "port matching",     "the resampler",
                                                 "locale handling", "the plugin loader", "error paths",
                                                 "the ring buffer", "start-up"};
constexpr std::array<std::string_view, 6> sources{"AudioPort",   "XmlNumber", "RingBuffer",
                                                  "PluginTable", "Resampler", "Network"};
constexpr std::array<std::string_view, 5> task_names{"Configure", "Compile", "Unit tests", "Package",
                                                     "Install"};
constexpr std::array<TaskKind, 5> task_kinds{TaskKind::configure, TaskKind::build, TaskKind::test,
                                             TaskKind::other, TaskKind::other};

// Uniform below `bound`, the same on every platform (std::uniform_int_distribution is not).
std::uint64_t roll(std::mt19937_64& dice, std::uint64_t bound) { return dice() % bound; }

template <typename List>
std::string pick(const List& list, std::mt19937_64& dice) {
  return std::string(list[roll(dice, list.size())]);
}

std::string hash(std::mt19937_64& dice) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (int i = 0; i < 40; ++i) text += digits[roll(dice, 16)];
  return text;
}

// Tells the events of one execution and numbers them.
class Teller {
 public:
  Teller(const FictionShape& shape, const FictionMachine& machine, std::mt19937_64& dice)
      : shape_(shape), machine_(machine), dice_(dice) {}

  void tell(EventBody body, Millis later = 0) {
    now_ += later;
    events_.push_back({events_.size() + 1, now_, std::move(body)});
  }
  Millis now() const { return now_; }
  std::vector<Event> take() { return std::move(events_); }

  // A task with its commands; `fails` breaks the last of them.
  void task(std::uint64_t number, bool fails) {
    const auto kind = static_cast<std::size_t>(std::min<std::uint64_t>(number - 1, task_names.size() - 1));
    tell(TaskStarted{.task = number,
                     .name = std::string(task_names[kind]),
                     .kind = task_kinds[kind],
                     .mandatory = number <= 2});
    const Millis began = now_;
    for (std::uint64_t c = 1; c <= shape_.commands; ++c) command(number, c, fails && c == shape_.commands);
    tell(TaskEnded{number, fails ? TaskOutcome::failed : TaskOutcome::passed, now_ - began});
  }

 private:
  void command(std::uint64_t task, std::uint64_t number, bool fails) {
    const bool tests = task == 3;
    tell(CommandStarted{task, number, command_line(task, number)}, 5);
    const Millis took = static_cast<Millis>(300 + roll(dice_, 20000));
    std::string output = tests ? test_output(fails) : build_output(fails);
    const std::uint64_t bytes = output.size();
    tell(Output{.task = task, .command = number, .omitted = 0, .text = std::move(output)}, took);
    if (tests && number == shape_.commands) test_results(task, number, fails);
    CommandEnded end{.task = task,
                     .command = number,
                     .ending = CommandEnding::exited,
                     .status = fails ? 1 : 0,
                     .success = !fails,
                     .duration = took,
                     .output_bytes = bytes,
                     .omitted_bytes = 0};
    if (task == 1) end.info = concat("Jack 1.9.22, FFTW 3.3.10, ", machine_.compiler);
    if (task == 2 && !fails)
      end.stats = {{"binary size, KiB", 4100.0 + static_cast<double>(roll(dice_, 40))},
                   {"compile time, s", static_cast<double>(took) / second_ms}};
    tell(std::move(end));
  }

  static std::string command_line(std::uint64_t task, std::uint64_t number) {
    switch (task) {
      case 1: return concat("cmake -G Ninja -B build", number);
      case 2: return concat("cmake --build build", number);
      case 3: return concat("ctest --test-dir build", number, " --output-on-failure");
      default: return concat("make step", number);
    }
  }

  std::string build_output(bool fails) {
    std::string text;
    for (std::uint64_t i = 1; text.size() < shape_.output_bytes; ++i)
      text +=
          concat('[', i, "/64] \x1b[32mBuilding CXX object\x1b[0m src/", pick(sources, dice_), ".cxx.o\n");
    if (fails)
      text +=
          "\x1b[31mFAILED:\x1b[0m src/XmlNumber.cxx.o\n"
          "\x1b[1m../src/XmlNumber.cxx:47:30:\x1b[0m \x1b[31merror:\x1b[0m \x1b[1mcall to deleted function "
          "‘from_chars’\x1b[0m\n"
          "   47 |         auto [rest, status] = std::from_chars(first, last, value);\n"
          "      |                               \x1b[32m^~~~~~~~~~~~~~~\x1b[0m\n"
          "1 error generated.\nninja: build stopped: subcommand failed.\n";
    return text;
  }

  std::string test_output(bool fails) {
    std::string text;
    for (std::uint64_t i = 1; text.size() < shape_.output_bytes; ++i)
      text += concat("Test #", i, ": ", pick(sources, dice_), i, " \x1b[32mPassed\x1b[0m\n");
    if (fails) text += "Test #7: XmlLocale7 \x1b[31mFailed\x1b[0m\nXmlLocale.cxx:88: error: 1,5 != 1.5\n";
    return text;
  }

  void test_results(std::uint64_t task, std::uint64_t command, bool fails) {
    TestResults batch{task, command, {}};
    for (std::uint64_t i = 1; i <= shape_.tests; ++i) {
      TestResult test{.name = concat(sources[i % sources.size()], '/', "Case", i),
                      .outcome = TestOutcome::passed,
                      .seconds = static_cast<double>(roll(dice_, 400)) / 1000};
      if (fails && i == 7)
        test = {.name = "XmlNumber/Locale",
                .outcome = TestOutcome::failed,
                .seconds = 0.02,
                .message = "XmlLocale.cxx:88: error: 1,5 != 1.5"};
      else if (roll(dice_, 60) == 0)
        test.outcome = TestOutcome::skipped;
      batch.tests.push_back(std::move(test));
      if (batch.tests.size() == 50 || i == shape_.tests) {
        tell(batch);
        batch.tests.clear();
      }
    }
  }

  const FictionShape& shape_;
  const FictionMachine& machine_;
  std::mt19937_64& dice_;
  Millis now_ = 0;
  std::vector<Event> events_;
};

ExecutionStarted opening(const FictionShape& shape, const FictionHistory& history,
                         const FictionMachine& machine, std::size_t previous, std::size_t commit) {
  constexpr std::size_t most_changes = 20;
  const auto& commits = history.commits();
  Repository repository{.name = "source",
                        .url = "https://example.org/fiction.git",
                        .revision = commits[commit].revision,
                        .previous = commits[previous].revision,
                        .changes_omitted = 0};
  for (std::size_t i = commit; i > previous && repository.changes.size() < most_changes; --i)
    repository.changes.push_back(
        {commits[i].revision, commits[i].author, commits[i].at / second_ms, commits[i].message});
  const std::size_t since = commit > previous ? commit - previous : 0;
  repository.changes_omitted = since - repository.changes.size();
  ExecutionStarted start{.branch = "main",
                         .reason = since > 0 ? Reason::change : Reason::schedule,
                         .repositories = {std::move(repository)},
                         .facts = {{"system", machine.system},
                                   {"compiler", machine.compiler},
                                   {"architecture", machine.architecture}}};
  for (std::uint64_t t = 0; t < shape.tasks; ++t) {
    const auto kind = static_cast<std::size_t>(std::min<std::uint64_t>(t, task_names.size() - 1));
    start.plan.push_back({std::string(task_names[kind]), task_kinds[kind]});
  }
  return start;
}

}  // namespace

FictionHistory::FictionHistory(std::uint64_t seed, Millis from, Millis to, std::size_t commits) {
  std::mt19937_64 dice(seed);
  for (std::size_t i = 0; i < commits; ++i) {
    const Millis at = from + static_cast<Millis>(i) * (to - from) / static_cast<Millis>(commits);
    commits_.push_back(
        {hash(dice), pick(people, dice), concat(pick(verbs, dice), ' ', pick(things, dice)), at});
  }
  culprit_ = commits - 1 - roll(dice, std::max<std::size_t>(commits / 6, 1));
  fix_ = commits;
  commits_[culprit_].message = "XmlNumber: parse floats with std::from_chars";
}

std::size_t FictionHistory::tip(Millis at) const {
  const auto after = std::upper_bound(commits_.begin(), commits_.end(), at,
                                      [](Millis t, const FictionCommit& c) { return t < c.at; });
  return after == commits_.begin() ? 0 : static_cast<std::size_t>(after - commits_.begin()) - 1;
}

FictionMachine fiction_machine(std::uint64_t number) {
  static const std::vector<FictionMachine> machines{
      {.system = "Debian 12", .compiler = "gcc 12.2", .architecture = "x86_64", .sees_culprit = false},
      {.system = "macOS 15.1",
       .compiler = "Apple clang 16, libc++",
       .architecture = "arm64",
       .sees_culprit = true},
      {.system = "FreeBSD 14.1",
       .compiler = "clang 18, libc++",
       .architecture = "amd64",
       .sees_culprit = true},
      {.system = "Alpine 3.20",
       .compiler = "gcc 13.2, musl",
       .architecture = "x86_64",
       .sees_culprit = false},
      {.system = "Fedora 41",
       .compiler = "clang 19, libstdc++",
       .architecture = "x86_64",
       .sees_culprit = false},
      {.system = "Raspberry Pi OS 12",
       .compiler = "gcc 12.2",
       .architecture = "armv7l",
       .sees_culprit = false}};
  return machines[number % machines.size()];
}

std::vector<Event> fiction_execution(const FictionShape& shape, const FictionHistory& history,
                                     const FictionMachine& machine, std::size_t previous, std::size_t commit,
                                     std::mt19937_64& dice) {
  Teller teller(shape, machine, dice);
  teller.tell(opening(shape, history, machine, previous, commit));
  const bool fails = machine.sees_culprit && history.broken_at(commit);
  const std::uint64_t luck = roll(dice, 100);
  const std::uint64_t breaks_in = std::min<std::uint64_t>(2, shape.tasks);
  for (std::uint64_t t = 1; t <= shape.tasks; ++t) {
    if (luck < 3 && t == 2) {
      const bool trouble = luck < 2;
      teller.tell(ExecutionEnded{trouble ? Outcome::trouble : Outcome::interrupted, teller.now(),
                                 trouble ? "No space left on device" : "the machine was shut down"});
      return teller.take();
    }
    const bool now = fails && t == breaks_in;
    teller.task(t, now);
    if (!now) continue;
    teller.tell(ExecutionEnded{Outcome::failed, teller.now(), "a mandatory task failed"});
    return teller.take();
  }
  teller.tell(ExecutionEnded{Outcome::passed, teller.now(), {}});
  return teller.take();
}

}  // namespace testfarm

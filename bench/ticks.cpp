#include "bench/ticks.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <random>
#include <sstream>

#include "admin/commands.hpp"
#include "admin/made_up/simulate.hpp"
#include "base/text.hpp"
#include "bench/child.hpp"
#include "generator/tick/tick.hpp"
#include "schema/batch.hpp"
#include "schema/codec.hpp"
#include "store/index/due.hpp"
#include "store/index/indexer.hpp"
#include "store/log/log_store.hpp"

namespace testfarm {
namespace {

constexpr std::uint64_t little_history = 1000;
constexpr std::uint64_t clients = 5;

struct Cost {
  double cpu_ms = 0;
  double calls = 0;
  double steps = 0;
  double files = 0;
  double rss_mib = 0;
};

// A farm with history and one client that can be made to say things.
class Farm {
 public:
  Farm(const TicksSetup& setup, const std::string& name)
      : setup_(setup), root_(setup.directory / name), layout_(root_), dice_(7) {}

  Status make(std::uint64_t executions, bool only_summaries) {
    std::ostringstream out;
    TRY(init_farm(
        layout_,
        {"Bench", "http://127.0.0.1:1", (setup_.directory / (root_.filename().string() + "-site")).string()},
        system_clock(), out));
    SimulateOptions options;
    options.clients = clients;
    options.executions = executions / clients;
    options.only_summaries = only_summaries;
    options.every = hour_ms;  // a million of them fit between 1970 and now
    options.shape.commands = 4;
    TRY_SET(const ProjectId project, ProjectId::parse("p"));
    TRY(simulate(layout_, project, options, system_clock(), out));
    TRY_SET(const auto names, list_directory(layout_.clients(project)));
    TRY_SET(ClientId client, ClientId::parse(names.front()));
    client_.emplace(ClientKey{project, std::move(client)});
    // The newest pages and the lists; a walk over a million is not what is measured here.
    TRY(run_child({setup_.generator.string(), "--quiet", "--budget", "2s", root_.string()}));
    TRY_SET(auto index, Index::open(layout_, 10 * second_ms));
    if (!index) return fail(ErrorKind::internal, "the farm has no index");
    TRY(DueList(*index).sweep_done(project));
    TRY_SET(const auto pages, DueList(*index).pages());
    for (const PendingPage& page : pages) TRY(DueList(*index).page_done(page));
    return tick();
  }

  const Layout& layout() const { return layout_; }
  Path site() const { return setup_.directory / (root_.filename().string() + "-site"); }

  // A new execution, up to a command that speaks.
  Status begin() {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
    std::string tail;
    for (int i = 0; i < 6; ++i) tail += letters[dice_() % letters.size()];
    TRY_SET(ExecutionId id, ExecutionId::parse(concat(compact_time(system_clock().now()), '-', tail)));
    key_.emplace(ExecutionKey{*client_, std::move(id)});
    const FictionHistory history(1, 0, day_ms, 100);
    events_ = fiction_execution(
        {.seed = dice_(), .tasks = 4, .commands = 4, .output_bytes = 1024, .tests = 40}, history,
        {.system = "Debian 12", .compiler = "gcc 12.2", .architecture = "x86_64", .sees_culprit = false}, 3,
        4, dice_);
    number_ = 0;
    // A run that dice interrupted is too short to be one of ours.
    if (events_.size() < 40) return begin();
    return say(4);
  }
  // The next so many events.
  Status say(std::size_t count) {
    std::string body;
    const std::uint64_t from = number_ + 1;
    for (std::size_t i = 0; i < count; ++i) body += encode_event(events_[number_++]) + '\n';
    return append(from, body);
  }
  Status say_output(const std::string& text) {
    Event event = events_[3];
    event.number = number_ + 1;
    event.body = Output{.task = 1, .command = 1, .omitted = 0, .text = text};
    // Those that come after are numbered behind it.
    for (std::size_t i = number_; i < events_.size(); ++i) ++events_[i].number;
    events_.insert(events_.begin() + static_cast<std::ptrdiff_t>(number_), event);
    return say(1);
  }
  Status say_rest_but_one() { return say(events_.size() - number_ - 1); }

  Status tick() const {
    const auto used = run_child({setup_.generator.string(), "--quiet", root_.string()});
    return used ? Status{} : fail(used.error());
  }
  // CPU and memory of a tick as cron starts it.
  Result<Used> measured_tick() const {
    return run_child({setup_.generator.string(), "--quiet", root_.string()});
  }
  Result<double> traced_tick() const {
    const Path trace = setup_.directory / "trace";
    const auto used = run_child(
        {"strace", "-f", "-qq", "-o", trace.string(), setup_.generator.string(), "--quiet", root_.string()});
    if (!used) return fail(used.error());
    TRY_SET(const std::string text, read_file(trace));
    return static_cast<double>(std::count(text.begin(), text.end(), '\n'));
  }
  Result<TickReport> counted_tick() const {
    TickOptions options;
    options.say = [](const std::string&) {};
    options.written = [](const std::string&) {};
    return run_tick(layout_, system_clock(), options);
  }
  Path live_file() const {
    return site() / key_->owner.project.text() / key_->owner.client.text() /
           (key_->execution.text() + ".live.json");
  }

 private:
  Status append(std::uint64_t from, const std::string& body) {
    TRY_SET(const Batch batch, decode_batch(body, from));
    const Receipt receipt{.at = system_clock().now(), .age = 0};
    TRY(append_events(layout_, *key_, {.batch = batch, .receipt = receipt, .durability = Durability::write}));
    return {};
  }
  const TicksSetup& setup_;
  Path root_;
  Layout layout_;
  std::mt19937_64 dice_;
  std::optional<ClientKey> client_;
  std::optional<ExecutionKey> key_;
  std::vector<Event> events_;
  std::uint64_t number_ = 0;
};

enum class Kind { empty, output, end };

// What happens before the tick that is measured.
Status prepare(Farm& farm, Kind kind) {
  if (kind == Kind::empty) return {};
  TRY(farm.begin());
  if (kind == Kind::end) TRY(farm.say_rest_but_one());
  TRY(farm.tick());
  return kind == Kind::end ? farm.say(1) : farm.say_output(std::string(600, 'x') + '\n');
}

// Afterwards nothing runs any more, so that each round finds the same farm.
Status finish(Farm& farm, Kind kind) {
  if (kind != Kind::output) return {};
  TRY(farm.say_rest_but_one());
  TRY(farm.say(1));
  return farm.tick();
}

Status measure_cpu(Farm& farm, Kind kind, std::vector<double>& cpu, Cost& cost) {
  TRY(prepare(farm, kind));
  TRY_SET(const Used used, farm.measured_tick());
  cpu.push_back(used.cpu_seconds * 1000);
  cost.rss_mib = std::max(cost.rss_mib, used.rss_mib);
  return finish(farm, kind);
}

// What does not depend on the machine.
Status count(Farm& farm, Kind kind, Cost& cost) {
  TRY(prepare(farm, kind));
  TRY_SET(cost.calls, farm.traced_tick());
  TRY(finish(farm, kind));
  TRY(prepare(farm, kind));
  TRY_SET(const TickReport report, farm.counted_tick());
  TRY(finish(farm, kind));
  cost.steps = static_cast<double>(report.steps);
  cost.files = static_cast<double>(report.changed);
  return {};
}

// Both farms in turn, so that a machine that drifts does it to both.
Status measure(Farm& little, Farm& much, Kind kind, std::size_t rounds, Cost& few, Cost& many) {
  std::vector<double> of_few;
  std::vector<double> of_many;
  for (std::size_t i = 0; i < rounds; ++i) {
    TRY(measure_cpu(little, kind, of_few, few));
    TRY(measure_cpu(much, kind, of_many, many));
  }
  few.cpu_ms = median(of_few);
  many.cpu_ms = median(of_many);
  TRY(count(little, kind, few));
  return count(much, kind, many);
}

// From the append of an event to the file that shows it, with a generator that watches.
Status measure_visible(Farm& farm, const TicksSetup& setup, FigureLine& line) {
  TRY(farm.begin());
  TRY_SET(const pid_t watcher,
          start_child({setup.generator.string(), "--quiet", "--watch", farm.layout().root().string()}));
  std::mt19937_64 dice(3);
  std::vector<double> delays;
  for (std::size_t i = 0; i < 8 * setup.rounds; ++i) {
    usleep(static_cast<useconds_t>(dice() % 900'000));
    const std::string word = concat("event-", i, "-x");
    TRY(farm.say_output(word + '\n'));
    const auto begun = std::chrono::steady_clock::now();
    const auto waited = [&] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    };
    while (read_file(farm.live_file()).value_or("").find(word) == std::string::npos && waited() < 20)
      usleep(5000);
    delays.push_back(waited());
  }
  end_child(watcher);
  std::sort(delays.begin(), delays.end());
  const double p95 = delays[delays.size() * 95 / 100];
  std::cout << "visible with --watch: median " << short_number(median(delays)) << " s, p95 "
            << short_number(p95) << " s of " << delays.size() << " events\n";
  line.set("visible_p95_s", p95);
  return {};
}

}  // namespace

Status measure_ticks(const TicksSetup& setup, FigureLine& line) {
  Farm little(setup, "little");
  Farm much(setup, "much");
  TRY(little.make(little_history, false));
  std::cerr << "a farm of " << setup.history << " executions\n";
  TRY(much.make(setup.history, true));
  std::cout << "\n| tick | history | CPU ms | system calls | SQLite steps | files | RSS MiB |\n| --- | --- | "
               "--- | --- | --- | --- | --- |\n";
  double rss = 0;
  for (const auto& [kind, name] :
       {std::pair{Kind::empty, "empty"}, {Kind::output, "tick1"}, {Kind::end, "end"}}) {
    Cost few;
    Cost many;
    TRY(measure(little, much, kind, 5 * setup.rounds, few, many));
    for (const auto& [cost, history] : {std::pair{few, little_history}, {many, setup.history}})
      std::cout << "| " << name << " | " << history << " | " << short_number(cost.cpu_ms) << " | "
                << cost.calls << " | " << cost.steps << " | " << cost.files << " | "
                << short_number(cost.rss_mib) << " |\n";
    const std::string figure = concat(name, "_1000000_vs_1000");
    line.set(figure, many.cpu_ms / few.cpu_ms);
    line.set(figure + "_calls", many.calls / few.calls);
    line.set(figure + "_steps", many.steps / few.steps);
    if (kind == Kind::empty) line.set("empty_tick_cpu_ms", many.cpu_ms);
    if (kind == Kind::output) line.set("files_of_output", many.files);
    if (kind == Kind::end) {
      line.set("files_of_end", many.files);
      line.set("end_tick_cpu_ms", many.cpu_ms);
      line.set("end_tick_steps", many.steps);
    }
    rss = std::max({rss, few.rss_mib, many.rss_mib});
  }
  line.set("rss_mib", rss);
  return measure_visible(little, setup, line);
}

}  // namespace testfarm

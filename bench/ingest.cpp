// bench/ingest: the endpoint beside a hello program and the floor, under one Apache. See the script of that
// name.
#include <sys/utsname.h>

#include <array>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>

#include "admin/commands.hpp"
#include "admin/made_up/simulate.hpp"
#include "base/command_line.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "bench/apache.hpp"
#include "bench/figures.hpp"
#include "bench/growth.hpp"
#include "bench/http_load.hpp"
#include "bench/workload.hpp"
#include "schema/limits.hpp"
#include "store/clients/register.hpp"
#include "store/farm_config.hpp"
#include "store/index/history.hpp"
#include "store/index/index.hpp"
#include "store/index/indexer.hpp"
#include "store/index/rebuild.hpp"

namespace testfarm {

struct BenchOptions {
  std::string directory, programs, tools;
  std::int64_t rounds = 5;
  std::int64_t history = 1'000'000;
  bool quick = false, json = false;
};

Exit bench(const BenchOptions& options);

namespace {

struct Cell {
  std::string batch;  // "1", "10", "full"
  std::size_t connections;
  bool sync;
  auto operator<=>(const Cell&) const = default;
};

enum Subject : std::size_t { hello, floor_program, ours };
constexpr std::array<const char*, 3> subjects{"hello", "floor", "ours"};

struct Seen {
  std::vector<double> requests, events, p50, p99, cpu_us;
};

class Bench {
 public:
  explicit Bench(BenchOptions options)
      : options_(std::move(options)),
        root_(options_.directory),
        layout_(root_ / "farm"),
        port_(free_loopback_port()),
        origin_(concat("http://127.0.0.1:", port_)),
        dice_(static_cast<std::uint64_t>(system_clock().now())) {}

  Status run() {
    TRY(make_farm());
    make_bodies();
    TRY(measure_cells());
    TRY(measure_defaults());
    TRY(index_is_complete());
    TRY(measure_history());
    print();
    return {};
  }

 private:
  Status make_farm() {
    std::ostringstream said;
    TRY(init_farm(layout_, {"Bench", origin_, (root_ / "site").string()}, system_clock(), said));
    TRY_SET(const ProjectId project, ProjectId::parse("bench"));
    TRY(add_project(layout_, project, "Bench", "", said));
    for (int i = 0; i < 8; ++i) {
      TRY_SET(ClientId id, ClientId::parse(concat("box", i)));
      TRY_SET(Sender sender, enter(layout_, {project, std::move(id)}));
      senders_.push_back(std::move(sender));
    }
    TRY(make_directories(root_ / "floor"));
    TRY(lift_limits(layout_));
    return write_wrappers();
  }

  static Result<Sender> enter(const Layout& layout, const ClientKey& client) {
    TRY_SET(const std::string secret, invite_client(layout, client, system_clock().now(), day_ms));
    Sender sender{client, random_key_pair()};
    TRY(register_key(layout, client, secret, sender.keys.public_key, system_clock().now()));
    return sender;
  }

  // mod_fcgid takes programs and no arguments: each kind of floor is a wrapper, as the endpoint has one.
  Status write_wrappers() {
    for (const char* kind : {"sync", "write"}) {
      const Path wrapper = root_ / concat("floor-", kind, ".fcgi");
      TRY(replace_file(wrapper,
                       concat("#!/bin/sh\nexec ", (Path(options_.programs) / "bench_floor").string(), ' ',
                              (root_ / "floor").string(), ' ', origin_, ' ',
                              to_base64(bytes_of(senders_[0].keys.public_key)), ' ', kind, '\n'),
                       Sync::no));
      std::filesystem::permissions(wrapper, std::filesystem::perms(0755));
    }
    return {};
  }

  std::string apache_extra(bool tuned) const {
    std::string text;
    // The script's own settings come first; the last of each counts.
    if (tuned)
      text +=
          "FcgidMinProcessesPerClass 80\nFcgidMaxProcessesPerClass 80\nFcgidSpawnScoreUpLimit 1000\n"
          "FcgidMaxRequestInMem 262144\n";
    // As many threads from the first to the last moment.
    text +=
        "StartServers 3\nThreadsPerChild 40\nMaxRequestWorkers 120\nMinSpareThreads 1\nMaxSpareThreads 1000\n"
        "MaxKeepAliveRequests 0\nKeepAliveTimeout 60\n";
    text += concat("<Directory \"", root_.string(), "\">\nRequire all granted\n</Directory>\n<Directory \"",
                   options_.programs, "\">\nRequire all granted\n</Directory>\n");
    text += concat("ScriptAliasMatch \"^/hello/\" \"", options_.programs, "/bench_hello\"\n");
    for (const char* kind : {"sync", "write"})
      text +=
          concat("ScriptAliasMatch \"^/floor-", kind, "/\" \"", root_.string(), "/floor-", kind, ".fcgi\"\n");
    text +=
        "<FilesMatch \"^(bench_hello|floor-.*)$\">\nSetHandler fcgid-script\nOptions "
        "+ExecCGI\n</FilesMatch>\n";
    return text;
  }

  Result<BenchApache> apache(const std::string& kind, bool tuned) {
    return BenchApache::start({.script = Path(options_.tools) / "private-apache",
                               .directory = root_ / concat("httpd-", kind),
                               .site = root_ / "site",
                               .farm = layout_.root(),
                               .endpoint = Path(options_.programs) / "testfarm.fcgi",
                               .kind = kind,
                               .extra = apache_extra(tuned),
                               .port = port_});
  }

  void make_bodies() {
    bodies_["1"] = cut_executions(12, 3000, 1, limits::body, 1);
    bodies_["10"] = cut_executions(12, 3000, 10, limits::body, 2);
    bodies_["full"] = cut_executions(6, 60000, 1'000'000, limits::body, 3);
  }

  // Fresh executions for the endpoint and for the floor, which makes a file of each too.
  const std::vector<Lane>& lanes_for(Subject subject, const Cell& cell) {
    const std::size_t count = cell.batch == "1" ? 130 : cell.batch == "10" ? 900 : options_.quick ? 120 : 250;
    if (subject == hello) {
      std::vector<Lane>& lanes = reused_[cell.batch];
      if (lanes.empty())
        lanes = lanes_of(bodies_[cell.batch], count, {senders_[0]}, origin_, "/hello", dice_);
      return lanes;
    }
    const std::string prefix = subject == ours ? "" : cell.sync ? "/floor-sync" : "/floor-write";
    const std::vector<Sender> one{senders_[0]};
    fresh_ = lanes_of(bodies_[cell.batch], count, subject == ours ? senders_ : one, origin_, prefix, dice_);
    return fresh_;
  }

  std::vector<pid_t> processes(Subject subject) const {
    const char* program = subject == hello           ? "bench_hello"
                          : subject == floor_program ? "bench_floor"
                                                     : "testfarm.fcgi";
    return processes_of(Path(options_.programs) / program);
  }

  static Status set(const Layout& layout, const std::string& name, const std::string& value) {
    TRY_SET(std::string text, read_file(layout.farm_toml()));
    const auto at = text.find('\n' + name + " = ") + name.size() + 4;
    text.replace(at, text.find('\n', at) - at, value);
    return replace_file(layout.farm_toml(), text, Sync::no);
  }
  Status set_durability(bool sync) const {
    return set(layout_, "durability", sync ? "\"sync\"" : "\"write\"");
  }
  // A bench sends in minutes what a client may send in months.
  static Status lift_limits(const Layout& layout) {
    for (const char* limit : {"executions_per_day", "bytes_per_day", "execution_bytes"})
      TRY(set(layout, limit, "1000000000000"));
    return {};
  }

  Status measure(Subject subject, const Cell& cell, double seconds, Seen* seen) {
    const std::vector<Lane>& lanes = lanes_for(subject, cell);
    const double cpu = cpu_seconds(processes(subject));
    auto result = run_load(port_, lanes, cell.connections, seconds);
    if (!result) return fail(std::move(result).error().in(subjects[subject]));
    if (subject == ours) acknowledged_ += result->all_requests;
    if (seen == nullptr) return {};
    seen->requests.push_back(static_cast<double>(result->requests) / result->seconds);
    seen->events.push_back(static_cast<double>(result->events) / result->seconds);
    seen->p50.push_back(result->p50_ms);
    seen->p99.push_back(result->p99_ms);
    seen->cpu_us.push_back((cpu_seconds(processes(subject)) - cpu) /
                           static_cast<double>(result->all_requests) * 1e6);
    return {};
  }

  std::vector<Cell> cells() const {
    std::vector<Cell> all;
    for (const bool sync : {true, false})
      for (const char* batch : {"1", "10", "full"})
        for (const std::size_t connections : {std::size_t{1}, std::size_t{8}, std::size_t{32}})
          if (!options_.quick || (sync && connections == 8 && std::string_view(batch) != "10"))
            all.push_back({batch, connections, sync});
    return all;
  }

  Status measure_cells() {
    TRY_SET(const BenchApache running, apache("fcgid", true));
    // mod_fcgid starts processes when they are missed, and makes a request wait a second for it.
    for (int i = 0; i < (options_.quick ? 1 : 3); ++i)
      for (const bool sync : {true, false})
        for (const Subject subject : {hello, floor_program, ours})
          TRY(measure(subject, {"1", 48, sync}, 1, nullptr));
    for (std::int64_t round = 0; round < options_.rounds; ++round) {
      for (const Cell& cell : cells()) {
        TRY(set_durability(cell.sync));
        for (std::size_t i = 0; i < 3; ++i) {
          const auto subject = static_cast<Subject>((i + static_cast<std::size_t>(round)) % 3);
          TRY(measure(subject, cell, options_.quick ? 0.5 : 1.0, &seen_[cell][subject]));
        }
      }
      std::cerr << "round " << round + 1 << " of " << options_.rounds << '\n';
    }
    return set_durability(true);
  }

  Status measure_defaults() {
    TRY_SET(const BenchApache running, apache("fcgid-defaults", false));
    const Cell cell{.batch = "1", .connections = 8, .sync = true};
    for (const Subject subject : {hello, floor_program, ours}) TRY(measure(subject, cell, 2, nullptr));
    for (std::int64_t round = 0; round < options_.rounds; ++round)
      for (const Subject subject : {hello, floor_program, ours})
        TRY(measure(subject, cell, options_.quick ? 0.5 : 1.0, &defaults_[subject]));
    return {};
  }

  // One tick's work on the markers, then every execution must stand in the index as it was acknowledged.
  Status index_is_complete() {
    TRY_SET(Index index, rebuild_index(layout_, [](const RebuildProgress&) {}));
    TRY(settle_markers(layout_, index, system_clock().now(),
                       [](const Error& error) { std::cerr << error.context << '\n'; }));
    std::uint64_t frames = 0;
    TRY_SET(const auto executions,
            History(index).between(senders_[0].client.project, 0, INT64_MAX, 10'000'000));
    for (const ExecutionHeader& header : executions) {
      const ExecutionKey& key = header.key;
      TRY_SET(const auto row, index.execution(key));
      if (!row || !row->closed)
        return fail(ErrorKind::internal, concat(key.execution.text(), " is not whole in the index"));
      TRY_SET(const std::string log, read_file(layout_.log(key)));
      for (const std::string_view text : split_lines(log)) frames += text.starts_with('#') ? 1U : 0U;
    }
    if (frames != acknowledged_)
      return fail(ErrorKind::internal,
                  concat(acknowledged_, " requests were acknowledged and ", frames, " frames are there"));
    std::cout << "complete after one tick: " << counted(executions.size(), "execution") << ", "
              << counted(frames, "acknowledged request") << '\n';
    return {};
  }

  Status measure_history() {
    std::ostringstream said;
    const Layout small(root_ / "small"), large(root_ / "large");
    TRY_SET(const ProjectId project, ProjectId::parse("bench"));
    TRY_SET(const ClientId id, ClientId::parse("box"));
    Sender sender{{project, id}, random_key_pair()};
    for (const Layout& layout : {small, large}) {
      TRY(init_farm(layout, {"Bench", origin_, (root_ / "site").string()}, system_clock(), said));
      TRY(add_project(layout, project, "Bench", "", said));
      TRY(lift_limits(layout));
      TRY_SET(const std::string secret, invite_client(layout, sender.client, system_clock().now(), day_ms));
      TRY(register_key(layout, sender.client, secret, sender.keys.public_key, system_clock().now()));
    }
    // A tenth of the history is this client's own.
    SimulateOptions much;
    much.only_summaries = true;
    much.executions = static_cast<std::uint64_t>(options_.history / 10);
    much.every = 360 * day_ms / (options_.history / 10);
    much.clients = 9;
    TRY(simulate(large, project, much, system_clock(), said));
    much.client = "box";
    TRY(simulate(large, project, much, system_clock(), said));
    TRY(rebuild_index(small, [](const RebuildProgress&) {}));
    TRY(rebuild_index(large, [](const RebuildProgress&) {}));
    const GrowthSetup setup{.endpoint = Path(options_.programs) / "testfarm.fcgi",
                            .directory = root_ / "growth",
                            .origin = origin_,
                            .quick = options_.quick};
    return measure_growth(setup, small.root(), large.root(), sender, line_);
  }

  // Medians of the rounds' ratios: a machine that slows down between rounds slows both.
  static double ratio(const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < a.size(); ++i) ratios.push_back(a[i] / b[i]);
    return median(ratios);
  }

  void print_row(const std::string& name, const std::array<Seen, 3>& seen) const {
    const Seen& our = seen[ours];
    std::cout << "| " << name << " | " << short_number(median(our.requests)) << " | "
              << short_number(median(our.events)) << " | " << short_number(median(our.p50)) << " / "
              << short_number(median(our.p99)) << " | " << short_number(median(our.cpu_us)) << " | "
              << short_number(ratio(our.requests, seen[hello].requests)) << " | "
              << short_number(ratio(our.requests, seen[floor_program].requests)) << " | "
              << short_number(ratio(our.p99, seen[floor_program].p99)) << " | "
              << short_number(ratio(our.cpu_us, seen[floor_program].cpu_us)) << " |\n";
  }

  void print() {
    utsname system{};
    uname(&system);
    std::cout << "\n"
              << system.sysname << ' ' << system.release << ", " << options_.rounds
              << " rounds, medians; FcgidMaxRequestInMem 262144, 80 processes a class, AllowOverride None, "
                 "client on the same cores\n\n"
              << "| batch, connections, durability | requests/s | events/s | p50 / p99 ms | CPU us | of "
                 "hello | of floor | p99 of floor | CPU of floor |\n"
              << "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
    for (const auto& [cell, seen] : seen_)
      print_row(concat(cell.batch, ", ", cell.connections, cell.sync ? ", sync" : ", write"), seen);
    print_row("1, 8, sync, mod_fcgid's defaults", defaults_);
    FigureLine all;
    const auto& single = seen_[{"1", 8, true}];
    const auto& full = seen_[{"full", 8, true}];
    all.set("single_vs_floor", ratio(single[ours].requests, single[floor_program].requests));
    all.set("p99_vs_floor", ratio(single[ours].p99, single[floor_program].p99));
    all.set("batch_vs_floor", ratio(full[ours].events, full[floor_program].events));
    all.set("single_vs_hello", ratio(single[ours].requests, single[hello].requests));
    all.set("cpu_vs_floor", ratio(single[ours].cpu_us, single[floor_program].cpu_us));
    std::string json = all.json();
    json.pop_back();
    std::cout << '\n' << json << ',' << line_.json().substr(1) << '\n';
  }

  BenchOptions options_;
  Path root_;
  Layout layout_;
  int port_;
  std::string origin_;
  std::mt19937_64 dice_;
  std::vector<Sender> senders_;
  std::map<std::string, std::vector<CutExecution>> bodies_;
  std::map<std::string, std::vector<Lane>> reused_;
  std::vector<Lane> fresh_;
  std::uint64_t acknowledged_ = 0;
  std::map<Cell, std::array<Seen, 3>> seen_;
  std::array<Seen, 3> defaults_;
  FigureLine line_;
};

}  // namespace

Exit bench(const BenchOptions& options) {
  auto done = crypto_ready();
  if (done) done = Bench(options).run();
  if (done) return Exit::ok;
  std::cerr << "bench/ingest: " << done.error().context << '\n';
  return Exit::failed;
}

}  // namespace testfarm

// NOLINTNEXTLINE(bugprone-exception-escape): a bench may end so
int main(int argc, char** argv) {
  testfarm::BenchOptions options;
  testfarm::CommandLine line("bench_ingest", "Started by bench/ingest.");
  line.options()
      .required("directory", options.directory, "An empty directory for farm, logs and servers")
      .required("programs", options.programs, "Directory of testfarm.fcgi, bench_hello and bench_floor")
      .required("tools", options.tools, "Directory of private-apache")
      .option("--rounds", options.rounds, "Rounds; figures are their medians")
      .option("--history", options.history, "Executions in the large farm")
      .flag("--quick", options.quick, "Two cells only");
  return static_cast<int>(line.run(argc, argv, [&] { return testfarm::bench(options); }));
}

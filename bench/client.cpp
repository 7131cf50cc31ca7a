// What the client costs beside the commands that it runs: bench/client has the words.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "base/json.hpp"
#include "base/text.hpp"
#include "bench/child.hpp"
#include "bench/figures.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX asks for it, glibc has it already

namespace testfarm {
namespace {

struct Setup {
  Path run;
  Path programs;
  std::uint64_t commands = 1000;
  std::uint64_t bytes = 1 << 30;
  std::size_t rounds = 5;
};

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// What the client is measured against: `sh -c true`, its output read from a pipe to the end, its status
// taken.
Status spawn_once() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return fail(system_error("could not make", "a pipe"));
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::array<std::string, 3> words{"sh", "-c", "true"};
  std::array<char*, 4> argv{words[0].data(), words[1].data(), words[2].data(), nullptr};
  pid_t id = 0;
  const int failed = posix_spawn(&id, "/bin/sh", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::array<char, 4096> piece{};
  while (failed == 0 && read(ends[0], piece.data(), piece.size()) > 0) {
  }
  close(ends[0]);
  int status = 0;
  if (failed != 0 || waitpid(id, &status, 0) != id || status != 0)
    return fail(ErrorKind::internal, "sh -c true failed");
  return {};
}

Result<double> spawn_many(std::uint64_t count) {
  const double began = now();
  for (std::uint64_t i = 0; i < count; ++i) TRY(spawn_once());
  return now() - began;
}

// A client whose farm is on this machine (run --local: real endpoint, real log), in a directory of its own.
class Client {
 public:
  Client(const Setup& setup, const std::string& name, const std::string& commands)
      : setup_(setup), directory_(setup.run / name) {
    std::filesystem::create_directories(directory_ / "origin");
    std::ofstream(directory_ / "testfarm.toml")
        << "project = \"bench\"\nclient = \"" << name << "\"\nserver = \"http://127.0.0.1:9\"\n"
        << "[schedule]\nlow_priority = false\n[[repository]]\nurl = \"" << (directory_ / "origin").string()
        << "\"\n"
        << "[[task]]\nname = \"Bench\"\ncommands = [\n"
        << commands << "]\n";
  }

  Status make_repository() const {
    return shell(
        concat("cd ", (directory_ / "origin").string(),
               " && git init -q -b main . && git -c user.name=B -c user.email=b@example.org commit -q "
               "--allow-empty -m one"));
  }

  struct Run {
    double execution = 0;  // seconds, as the client tells its farm
    double rss_mib = 0;
  };
  // One execution; its seconds are those of its last event, so without looking at the repository and without
  // the last wait for the farm.
  Result<Run> run() const {
    const Path events = directory_ / "events";
    const std::string line =
        concat("cd ", directory_.string(), " && exec ", (setup_.programs / "testfarm").string(),
               " --json run --force --local farm > ", events.string(), " 2>&1");
    const auto used = run_child({"/bin/sh", "-c", line});
    TRY_SET(const std::string told, read_file(events));
    if (!used) return fail(ErrorKind::internal, concat("testfarm run failed: ", told.substr(0, 2000)));
    Run run;
    run.rss_mib = used->rss_mib;
    for (const std::string_view event : split_lines(told)) {
      const auto document = json::Document::parse(event);
      if (document && document->root().text("type") == "execution_ended")
        run.execution = static_cast<double>(document->root().integer("duration")) / 1000;
    }
    if (run.execution == 0)
      return fail(ErrorKind::internal, concat("testfarm told no end: ", told.substr(0, 2000)));
    return run;
  }

  static Status shell(const std::string& line) {
    TRY(run_child({"/bin/sh", "-c", line}));
    return {};
  }

 private:
  const Setup& setup_;
  Path directory_;
};

Status measure_commands(const Setup& setup, FigureLine& line) {
  std::string commands;
  for (std::uint64_t i = 0; i < setup.commands; ++i) commands += "\"true\",\n";
  const Client client(setup, "commands", commands);
  TRY(client.make_repository());
  std::vector<double> ours;
  std::vector<double> spawns;
  std::vector<double> ratios;
  for (std::size_t round = 0; round < setup.rounds; ++round) {
    TRY_SET(const double spawned, spawn_many(setup.commands));
    TRY_SET(const auto run, client.run());
    spawns.push_back(spawned);
    ours.push_back(run.execution);
    ratios.push_back(run.execution / spawned);
  }
  const auto per_command = [&](const std::vector<double>& all) {
    return median(all) / static_cast<double>(setup.commands) * 1e6;
  };
  std::cout << "\n| " << setup.commands
            << " x true | a command, µs |\n| --- | --- |\n| sh -c, output by a pipe | "
            << short_number(per_command(spawns)) << " |\n| testfarm | " << short_number(per_command(ours))
            << " |\n";
  line.set("command_vs_spawn", median(ratios));
  return {};
}

Status measure_output(const Setup& setup, FigureLine& line) {
  const std::string writer =
      concat("yes 'a line of output as compilers write them, of some length' | head -c ", setup.bytes);
  const Client client(setup, "output", concat("\"", writer, "\",\n"));
  TRY(client.make_repository());
  std::vector<double> ours;
  std::vector<double> cats;
  std::vector<double> ratios;
  std::vector<double> rss;
  for (std::size_t round = 0; round < setup.rounds; ++round) {
    const double began = now();
    TRY(Client::shell(writer + " | cat > /dev/null"));
    cats.push_back(now() - began);
    TRY_SET(const auto run, client.run());
    ours.push_back(run.execution);
    ratios.push_back(ours.back() / cats.back());
    rss.push_back(run.rss_mib);
  }
  std::cout << "\n| " << (setup.bytes >> 20)
            << " MiB of output | s |\n| --- | --- |\n| into cat > /dev/null | " << short_number(median(cats))
            << " |\n| testfarm | " << short_number(median(ours)) << " |\n";
  line.set("output_vs_cat", median(ratios));
  line.set("rss_mib", median(rss));
  return {};
}

Status bench(const Setup& setup) {
  FigureLine line;
  TRY(measure_commands(setup, line));
  TRY(measure_output(setup, line));
  std::cout << '\n' << line.json() << '\n';
  return {};
}

}  // namespace
}  // namespace testfarm

int main(int argc, char** argv) {
  using namespace testfarm;
  if (argc < 3) return 2;
  Setup setup{.run = argv[1], .programs = argv[2]};
  // git looks for its settings there, and whose home it was may not be ours to read.
  setenv("HOME", argv[1], 1);
  for (int i = 3; i < argc; ++i)
    if (std::string_view(argv[i]) == "--quick") {
      setup.rounds = 3;
      setup.bytes = 1 << 28;
    }
  const auto done = bench(setup);
  if (!done) std::cerr << "bench/client: " << done.error().context << '\n';
  return done ? 0 : 1;
}

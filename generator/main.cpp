// testfarm-generate: one tick of a farm. Run it from cron every few minutes, or let it watch.
#include <csignal>
#include <iostream>

#include "base/command_line.hpp"
#include "base/crypto.hpp"
#include "base/progress_line.hpp"
#include "base/text.hpp"
#include "generator/tick/tick.hpp"
#include "generator/tick/watch.hpp"

namespace {

using namespace testfarm;

volatile std::sig_atomic_t asked_to_stop = 0;
void ask_to_stop(int) { asked_to_stop = 1; }

struct Arguments {
  std::string farm;
  bool full = false;
  bool dry_run = false;
  bool quiet = false;
  bool watch = false;
  std::string budget;
  std::int64_t jobs = 0;
};

Exit finish(const Error& error) {
  if (error.kind == ErrorKind::busy) {
    std::cout << "another run holds this farm; nothing to do\n";
    return Exit::ok;
  }
  std::cerr << "testfarm-generate: " << error.context << '\n';
  // An index of a newer version: another program than this one may go on.
  return error.kind == ErrorKind::conflict ? Exit::unavailable : exit_of(error.kind);
}

Exit say_report(const TickReport& report, const Arguments& arguments) {
  if (!arguments.quiet) {
    std::cerr << "testfarm-generate: " << counted(report.changed, "file")
              << (arguments.dry_run ? " would be" : "") << " written, " << counted(report.pages, "file")
              << " looked at";
    if (!report.finished) std::cerr << "; the time is up, the next run goes on";
    std::cerr << '\n';
  }
  return report.failed > 0 ? Exit::unavailable : Exit::ok;
}

Exit generate(const Arguments& arguments) {
  if (auto ready = crypto_ready(); !ready) return finish(ready.error());
  TickOptions options;
  options.full = arguments.full;
  options.dry_run = arguments.dry_run;
  options.threads = static_cast<std::size_t>(arguments.jobs);
  if (!arguments.budget.empty()) {
    // A number alone has been seconds, and stands in crontabs.
    auto seconds = to_seconds(arguments.budget);
    if (!seconds) seconds = to_signed(arguments.budget);
    if (!seconds || *seconds <= 0)
      return finish({ErrorKind::bad_input,
                     concat("--budget is a time like 50s or 5m, and not ", in_quotes(arguments.budget))});
    options.budget = *seconds * second_ms;
  }
  const ProgressLine progress;
  options.say = [&](const std::string& line) {
    progress.show({});
    std::cerr << "testfarm-generate: " << line << '\n';
  };
  options.written = [&](const std::string& path) {
    if (arguments.dry_run) std::cout << path << '\n';
  };
  if (!arguments.quiet) options.progress = [&](const std::string& line) { progress.show(line); };
  options.stop = [] { return asked_to_stop != 0; };
  std::signal(SIGTERM, ask_to_stop);
  std::signal(SIGINT, ask_to_stop);
  const Layout layout(arguments.farm);
  if (arguments.watch) {
    const auto watched = watch(layout, system_clock(), options, [&](const Result<TickReport>& report) {
      progress.show({});
      if (!report)
        std::cerr << "testfarm-generate: " << report.error().context << '\n';
      else if (report->changed > 0)
        say_report(*report, arguments);
    });
    return watched ? Exit::ok : finish(watched.error());
  }
  const auto report = run_tick(layout, system_clock(), options);
  progress.show({});
  return report ? say_report(*report, arguments) : finish(report.error());
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CommandLine line("testfarm-generate",
                   "Brings the pages of a farm up to date with what its clients reported.");
  line.options()
      .required("farm", arguments.farm, "The farm's directory")
      .flag("--full", arguments.full, "Write every page anew, not only what is due")
      .flag("--dry-run", arguments.dry_run, "Say which files would be written, one a line, and write none")
      .flag("--watch", arguments.watch, "Stay, and write pages within two seconds of what changed")
      .option("--budget", arguments.budget, "Stop after that long, like 50s; the next run goes on")
      .option("--jobs", arguments.jobs, "Threads for many pages; as many as there are cores if not given")
      .flag("--quiet,-q", arguments.quiet, "Say nothing but troubles (for cron)")
      .footer(
          "Run it from cron, for instance every five minutes:\n"
          "  */5 * * * *  testfarm-generate --quiet --budget 50s /home/me/farm\n"
          "A second run at the same time says so and ends. Whoever kills it loses nothing: the next run goes "
          "on.\n"
          "Exit codes: 0 done, 2 the farm or a file of it is wrong, 3 the disk or the index is unavailable "
          "or\n"
          "some pages could not be written, 4 a fault of this program.");
  return static_cast<int>(line.run(argc, argv, [&] { return generate(arguments); }));
}

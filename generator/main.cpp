// testfarm-generate: one tick of a farm. Run it from cron every few minutes.
#include <iostream>

#include "base/command_line.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "generator/tick.hpp"

namespace {

using namespace testfarm;

Exit report(const Error& error) {
  if (error.kind == ErrorKind::busy) {
    std::cout << "another run holds this farm; nothing to do\n";
    return Exit::ok;
  }
  std::cerr << "testfarm-generate: " << error.context << '\n';
  switch (error.kind) {
    case ErrorKind::bad_input:
    case ErrorKind::not_found: return Exit::usage;
    case ErrorKind::no_space:
    case ErrorKind::io:
    case ErrorKind::conflict: return Exit::unavailable;
    default: return Exit::internal;
  }
}

Exit generate(const std::string& farm, bool full, bool dry_run, bool quiet) {
  if (auto ready = crypto_ready(); !ready) return report(ready.error());
  TickOptions options;
  options.full = full;
  options.dry_run = dry_run;
  options.say = [&](const std::string& line) {
    if (!quiet) std::cerr << "testfarm-generate: " << line << '\n';
  };
  options.written = [&](const std::string& path) {
    if (dry_run) std::cout << path << '\n';
  };
  const auto ticked = run_tick(Layout(farm), system_clock(), options);
  if (!ticked) return report(ticked.error());
  if (!quiet)
    std::cerr << "testfarm-generate: " << counted(ticked->changed, "file") << (dry_run ? " would be" : "")
              << " written, " << counted(ticked->pages, "page") << " looked at\n";
  return Exit::ok;
}

}  // namespace

int main(int argc, char** argv) {
  std::string farm;
  bool full = false;
  bool dry_run = false;
  bool quiet = false;
  CommandLine line("testfarm-generate",
                   "Brings the pages of a farm up to date with what its clients reported.");
  line.options()
      .required("farm", farm, "The farm's directory")
      .flag("--full", full, "Write every page anew, not only what is due")
      .flag("--dry-run", dry_run, "Say which files would be written, one a line, and write none")
      .flag("--quiet,-q", quiet, "Say nothing but errors (for cron)")
      .footer(
          "Run it from cron, for instance every five minutes:\n"
          "  */5 * * * *  testfarm-generate --quiet /home/me/farm\n"
          "A second run at the same time says so and ends. Exit codes: 0 done, 2 the farm or a file of it "
          "is\n"
          "wrong, 3 the disk or the index is not to be had, 4 a fault of this program.");
  return static_cast<int>(line.run(argc, argv, [&] { return generate(farm, full, dry_run, quiet); }));
}

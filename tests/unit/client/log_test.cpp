#include "client/log.hpp"

#include <fstream>

#include "client/report/spool.hpp"
#include "client/session.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace client_log {
struct Fixture {
  TemporaryDirectory directory;
  FakeClock clock;
  Path spool_path = directory / ".testfarm/spool";
  ExecutionId oldest = keep("old", Outcome::passed);

  Fixture() {
    std::ofstream(directory / "testfarm.toml")
        << "project = \"p\"\nclient = \"c\"\nserver = \"https://x\"\n[[repository]]\nurl = \"/x\"\n"
           "[[task]]\nname = \"t\"\ncommands = [\"true\"]\n";
  }
  ExecutionId keep(const std::string& branch, Outcome outcome, const std::string& output = "one\ntwo") {
    Spool spool = must(Spool::open(spool_path, clock));
    SpoolWriter writer = must(spool.begin());
    must(writer.add(ExecutionStarted{.branch = branch,
                                     .reason = Reason::change,
                                     .repositories = {{.name = "source", .revision = "0123456789abcdef"}}}));
    must(writer.add(TaskStarted{.task = 1, .name = "Build", .kind = TaskKind::build, .mandatory = true}));
    must(writer.add(CommandStarted{1, 1, "make"}));
    must(writer.add(Output{.task = 1, .command = 1, .omitted = 0, .text = output}));
    must(writer.add(CommandEnded{.task = 1, .command = 1, .status = 0, .success = true}));
    must(writer.add(
        ExecutionEnded{outcome, 65'000, outcome == Outcome::passed ? "" : "Build: exit status 2"}));
    must(writer.sync());
    clock.pass(hour_ms);
    return writer.execution();
  }
  Result<std::string> told(const LogOptions& options, Console::Style style = Console::Style::plain) {
    std::FILE* out = std::tmpfile();
    Console console(out, style, clock);
    const auto status = tell_log({.definition_file = directory / "testfarm.toml",
                                  .client = {},
                                  .clock = clock,
                                  .console = console,
                                  .connect = {}},
                                 options);
    std::string text(static_cast<std::size_t>(std::ftell(out)), ' ');
    std::rewind(out);
    BOOST_REQUIRE(std::fread(text.data(), 1, text.size(), out) == text.size());
    std::fclose(out);
    if (!status) return fail(status.error());
    return text;
  }
};
}  // namespace client_log

BOOST_FIXTURE_TEST_SUITE(client_log, client_log::Fixture)

BOOST_AUTO_TEST_CASE(newest_first_with_what_became_of_them) {
  const ExecutionId failed = keep("main", Outcome::failed);
  const ExecutionId refused = keep("main", Outcome::passed);
  Spool spool = must(Spool::open(spool_path, clock));
  must(spool.done(oldest));
  must(spool.park(refused, "no"));
  const std::string list = must(told({}));
  const auto lines = split_lines(list);
  BOOST_REQUIRE(lines.size() == 3U);
  BOOST_TEST(lines[0] == concat("   ", refused.text(), "  passed in 65s  main 0123456789  refused"));
  BOOST_TEST(lines[1] ==
             concat("   ", failed.text(), "  failed in 65s  main 0123456789  to send  Build: exit status 2"));
  BOOST_TEST(lines[2] == concat("   ", oldest.text(), "  passed in 65s  old 0123456789  sent"));
  BOOST_TEST(must(told({.most = 1})).find("and 2 older ones: testfarm log --most 3") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_with_all_of_its_output) {
  std::string output;
  for (int i = 0; i < 200; ++i) output += concat("line ", i, "\n");
  keep("main", Outcome::passed, output + "end\x1b[2J");
  const std::string shown = must(told({.execution = "last"}, Console::Style::whole));
  for (const char* part : {"== main, source 0123456789", "-- 1 Build", "   $ make", "     | line 0\n",
                           "     | line 199\n", "     | end\n", "== passed in"})
    BOOST_TEST(shown.find(part) != std::string::npos, part);
  BOOST_TEST(must(told({.execution = oldest.text()}, Console::Style::whole)).find("== old") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_told) {
  BOOST_TEST(told({.execution = "zzz"}).error().context.find("there is no execution 'zzz'") !=
             std::string::npos);
  BOOST_TEST(told({.execution = "last", .local = "nowhere"}).error().context.find("nothing is kept here") !=
             std::string::npos);
  // One that a killed client left open.
  Spool spool = must(Spool::open(spool_path, clock));
  SpoolWriter writer = must(spool.begin());
  must(writer.add(ExecutionStarted{.branch = "cut", .reason = Reason::change}));
  must(writer.sync());
  BOOST_TEST(must(told({})).find("no end yet  cut  to send") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

#include "client/run_once.hpp"

#include <cstdio>
#include <fstream>

#include "support/support.hpp"

using namespace testfarm;

namespace client_run_once {
// Two projects whose clients have one name.
struct Fixture {
  TemporaryDirectory directory;
  Path said = directory / "said";
  std::FILE* out = std::fopen(said.c_str(), "w");
  Console console{out, Console::Style::plain};
  ClientContext context{.definition_file = directory / "testfarm.toml",
                        .client = {},
                        .clock = system_clock(),
                        .console = console,
                        .connect = {}};
  Fixture() {
    std::ofstream(context.definition_file)
        << "project = \"a\"\nclient = \"box\"\nserver = \"https://ci.example.org\"\n[[repository]]\nurl = "
           "\"x\"\n"
           "[[task]]\nname = \"T\"\ncommands = [\"true\"]\n[[variant]]\nproject = "
           "\"a\"\n[[variant]]\nproject = "
           "\"b\"\n";
  }
  ~Fixture() { std::fclose(out); }
  std::string text() const {
    std::fflush(out);
    return must(read_file(said));
  }
};
}  // namespace client_run_once

BOOST_FIXTURE_TEST_SUITE(client_run_once, client_run_once::Fixture)

BOOST_AUTO_TEST_CASE(clients_of_one_name_are_told_apart) {
  const auto all = must(chosen_definitions(context));
  BOOST_REQUIRE(all.size() == 2U);
  BOOST_TEST(called_among(all, all[1]) == "b/box");
  BOOST_TEST(called_among({all[1]}, all[1]) == "");
  context.client = "b/box";
  const auto one = must(chosen_definitions(context));
  BOOST_REQUIRE(one.size() == 1U);
  BOOST_TEST(one[0].client.project.text() == "b");
  context.client = "c/box";
  const auto none = chosen_definitions(context);
  BOOST_REQUIRE(!none);
  BOOST_TEST(none.error().context.find("which has: a/box, b/box") != std::string::npos, none.error().context);
}

// A repository that is away is its own client's trouble.
BOOST_AUTO_TEST_CASE(one_that_cannot_keeps_none_of_the_others_from_theirs) {
  const auto all = must(chosen_definitions(context));
  std::string ran;
  const auto report = must(run_each(context, all, [&](const Definition& one) -> Result<RunReport> {
    ran += name_of(one.client) + ' ';
    if (ran == "a/box ") return fail(ErrorKind::unavailable, "no repository");
    return RunReport{.executions = 1, .worst = Outcome::passed, .reported = true, .waits = {}};
  }));
  BOOST_TEST(ran == "a/box b/box ");
  BOOST_TEST(report.executions == 1U);
  BOOST_TEST((report.worst == Outcome::trouble));
  BOOST_TEST(text() == "   a/box: no repository\n");
  // Of one alone it is the error of the whole.
  BOOST_TEST(!run_each(context, {all[0]}, [](const Definition&) -> Result<RunReport> {
    return fail(ErrorKind::unavailable, "no repository");
  }));
}

BOOST_AUTO_TEST_SUITE_END()

#include "generator/html/wording.hpp"

#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(generator_html_wording)

BOOST_AUTO_TEST_CASE(durations_and_sizes) {
  BOOST_TEST(duration_text(0) == "0 s");
  BOOST_TEST(duration_text(420) == "0.4 s");
  BOOST_TEST(duration_text(59'999) == "59 s");
  BOOST_TEST(duration_text(372 * second_ms) == "6 min 12 s");
  BOOST_TEST(duration_text(2 * hour_ms + 5 * minute_ms) == "2 h 5 min");
  BOOST_TEST(bytes_text(1) == "1 byte");
  BOOST_TEST(bytes_text(62464) == "61 KiB");
  BOOST_TEST(bytes_text(3 << 20) == "3 MiB");
  BOOST_TEST(number_text(1204) == "1,204");
  BOOST_TEST(number_text(-3.25) == "-3.25");
}

BOOST_AUTO_TEST_CASE(only_hashes_are_shortened) {
  BOOST_TEST(short_revision("0123456789abcdef0123456789abcdef01234567") == "0123456789");
  BOOST_TEST(short_revision("r1234") == "r1234");
}

BOOST_AUTO_TEST_CASE(an_error_without_its_place) {
  BOOST_TEST(essence("src/x.cpp:4:2: error: no member named 'frob'") == "no member named 'frob'");
  BOOST_TEST(essence("  make: *** No rule ") == "make: *** No rule");
  BOOST_TEST(essence(std::string(159, 'x') + "é") == std::string(159, 'x') + "…");
}

BOOST_AUTO_TEST_CASE(states_in_words) {
  Summary summary;
  summary.progress = Progress::failed;
  summary.tasks = {{.name = "Configure",
                    .kind = TaskKind::configure,
                    .progress = Progress::passed,
                    .duration = 0,
                    .commands = 0,
                    .failed_command = 0,
                    .failed_line = ""},
                   {.name = "Compile",
                    .kind = TaskKind::build,
                    .progress = Progress::failed,
                    .duration = 0,
                    .commands = 0,
                    .failed_command = 0,
                    .failed_line = ""}};
  BOOST_TEST(state_words(summary) == "Failed in build");
  summary.tasks[1].kind = TaskKind::other;
  BOOST_TEST(state_words(summary) == "Failed in Compile");
  summary.progress = Progress::passed;
  summary.tasks.pop_back();
  BOOST_TEST(state_words(summary) == "Passed");
}

BOOST_AUTO_TEST_SUITE_END()

#include "store/summary/summary.hpp"
#include "store/summary/summary_codec.hpp"

#include "support/support.hpp"

using namespace testfarm;

namespace store_summary_summary {
Summary fold(const std::vector<Event>& events) {
  Summary summary;
  apply_receipt(summary, 100000, 2000);
  for (const Event& event : events) apply(summary, event);
  return summary;
}
}  // namespace store_summary_summary

BOOST_AUTO_TEST_SUITE(store_summary_summary)

BOOST_AUTO_TEST_CASE(a_passed_execution) {
  const Summary summary = fold(small_execution());
  BOOST_TEST(summary.started_at == 98000);
  BOOST_TEST(summary.progress == Progress::passed);
  BOOST_TEST(summary.duration == 1400);
  BOOST_TEST(summary.branch == "main");
  BOOST_TEST(summary.repositories.at(0).message == "Change it");
  BOOST_TEST(summary.stats.at("size") == 4.5);
  BOOST_TEST(summary.tasks.at(0).duration == 1300);
  BOOST_TEST((summary.stopped_in() == nullptr));
  BOOST_TEST(summary.next == 8U);
}

BOOST_AUTO_TEST_CASE(a_failed_one_says_where) {
  const Summary summary = fold(small_execution(Outcome::failed));
  BOOST_REQUIRE((summary.stopped_in() != nullptr));
  BOOST_TEST(summary.stopped_in()->name == "Build");
  BOOST_TEST(summary.stopped_in()->failed_line == "make");
  BOOST_TEST(summary.stopped_in()->failed_command == 1U);
}

BOOST_AUTO_TEST_CASE(a_cut_off_task_does_not_go_on_running) {
  auto events = small_execution();
  events.resize(3);
  Summary summary = fold(events);
  BOOST_TEST(summary.progress == Progress::running);
  BOOST_TEST(summary.running_line == "make");
  apply(summary, {4, 500, ExecutionEnded{Outcome::interrupted, 500, "gone"}});
  BOOST_TEST(summary.tasks.at(0).progress == Progress::interrupted);
  BOOST_TEST(summary.running_line.empty());
}

BOOST_AUTO_TEST_CASE(tests_are_counted_and_the_list_is_bounded) {
  Summary summary;
  TestResults batch{1, 1, {}};
  for (int i = 0; i < 250; ++i)
    batch.tests.push_back(
        {.name = concat("t", i), .outcome = TestOutcome::failed, .seconds = 0, .message = ""});
  batch.tests.push_back({.name = "s", .outcome = TestOutcome::skipped, .seconds = 0, .message = ""});
  batch.tests.push_back({.name = "p", .outcome = TestOutcome::passed, .seconds = 0, .message = ""});
  apply(summary, {2, 0, batch});
  BOOST_TEST(summary.tests_failed == 250U);
  BOOST_TEST(summary.tests_skipped == 1U);
  BOOST_TEST(summary.tests_passed == 1U);
  BOOST_TEST(summary.failed_tests.size() == most_failed_tests);
  BOOST_TEST(summary.failures.size() == most_failures);
  BOOST_TEST(summary.failures_omitted == 250 - most_failures);
}

BOOST_AUTO_TEST_CASE(output_alone_concerns_no_other_page) {
  Summary summary;
  BOOST_CHECK(apply(summary, {4, 0, Output{1, 1, 0, "x"}}) == Reach::output);
  BOOST_CHECK(apply(summary, {5, 0, TaskStarted{1, "a", TaskKind::test, false}}) == Reach::task);
}

BOOST_AUTO_TEST_CASE(lost_events_are_counted) {
  Summary summary;
  summary.next = 5;
  apply(summary, {5, 0, EventsLost{9, "disk"}});
  BOOST_TEST(summary.lost_events == 5U);
  BOOST_TEST(summary.next == 10U);
}

// Stored and taken up again after every event, the fold comes to the same.
BOOST_AUTO_TEST_CASE(the_whole_state_is_stored) {
  for (const Outcome outcome : {Outcome::passed, Outcome::failed}) {
    const auto events = small_execution(outcome);
    Summary stored;
    apply_receipt(stored, 100000, 2000);
    for (const Event& event : events) {
      stored = must(decode_summary(encode(stored)));
      apply(stored, event);
    }
    BOOST_TEST(encode(stored) == encode(fold(events)));
  }
}

BOOST_AUTO_TEST_CASE(who_comes_days_later_is_late) {
  Summary summary;
  apply_receipt(summary, 10 * day_ms, 3 * day_ms);
  apply_receipt(summary, 11 * day_ms, 4 * day_ms);
  BOOST_TEST(summary.started_at == 7 * day_ms);
  BOOST_TEST(summary.late == 3 * day_ms);
  BOOST_TEST(must(decode_summary(encode(summary))).late == 3 * day_ms);
  Summary live;
  apply_receipt(live, 10 * day_ms, 500);
  apply_receipt(live, 11 * day_ms, day_ms);
  BOOST_TEST(live.late == 0);
}

BOOST_AUTO_TEST_SUITE_END()

#include "generator/tick/tick.hpp"

#include <fstream>

#include "store/clients/state.hpp"
#include "store/log/execution_document.hpp"
#include "unit/generator/site_fixture.hpp"

using namespace testfarm;

BOOST_FIXTURE_TEST_SUITE(generator_tick_tick, SiteFixture)

// One fault in a project printed a line for each of twenty thousand executions.
BOOST_AUTO_TEST_CASE(what_fails_everywhere_is_told_a_few_times) {
  for (int i = 0; i < 20; ++i)
    farm.append(execution_key(client, concat("20261121-", 100000 + i, "-aaaaaa")), lines(small_execution()));
  std::filesystem::create_directories(farm.site());
  std::ofstream(farm.site() / "p") << "in the way";
  std::vector<std::string> said;
  TickOptions options;
  options.say = [&](const std::string& line) { said.push_back(line); };
  options.written = [](const std::string&) {};
  const TickReport report = must(run_tick(farm.layout(), farm.clock(), options));
  BOOST_TEST(report.failed > 20U);
  BOOST_TEST(said.size() <= 8U);
  BOOST_TEST(said.back() == concat("and ", report.failed - 5, " more pages could not be written"));
}

BOOST_AUTO_TEST_CASE(an_empty_farm_has_pages) {
  tick();
  BOOST_TEST(has(page("index.html"), "Project P"));
  BOOST_TEST(has(page("p/index.html"), "no results yet"));
  BOOST_TEST(has(page("p/history.html"), "No client has reported"));
}

BOOST_AUTO_TEST_CASE(a_passed_execution_is_on_its_pages) {
  farm.append(key, lines(small_execution()));
  tick();
  BOOST_TEST(has(execution_page(), "passed in 1.4 s"));
  BOOST_TEST(has(page("p/index.html"), "the one client passes"));
  BOOST_TEST(has(page("p/history.html"), "none of 1 execution failed"));
  BOOST_TEST(has(page("p/history/2026-11.html"), key.execution.text()));
  BOOST_TEST(has(page("p/c/" + key.execution.text() + ".txt"), "$ make\ncc x.c"));
}

BOOST_AUTO_TEST_CASE(a_failed_one_is_open_where_it_failed) {
  farm.append(key, lines(small_execution(Outcome::failed)));
  tick();
  const std::string html = execution_page();
  BOOST_TEST(has(html, "Failed in build"));
  BOOST_TEST(has(html, "Build</a>: <em>no</em>"));
  BOOST_TEST(has(html, "class=\"err\""));
  BOOST_TEST(has(html, "<section class=\"task\" id=\"t1\">"));
  BOOST_TEST(has(html, "Change it"));
  BOOST_TEST(has(page("p/index.html"), "1 of 1 client fails"));
  BOOST_TEST(has(page("index.html"), "barn-fail.svg"));
}

// What it says is nearer to the cause than "some tests failed".
BOOST_AUTO_TEST_CASE(a_failing_test_is_quoted_at_the_top) {
  auto events = small_execution(Outcome::failed);
  const std::string message =
      "at /home/ann/run.py:1\nx_test.cpp:7: error: expected 2, got 3 <b>\nand so on\n";
  events.insert(
      events.begin() + 4,
      {5, 400,
       TestResults{1,
                   1,
                   {{.name = "good", .outcome = TestOutcome::passed, .seconds = 0.1},
                    {.name = "bad", .outcome = TestOutcome::failed, .seconds = 0.1, .message = message}}}});
  for (std::size_t i = 0; i < events.size(); ++i) events[i].number = i + 1;
  farm.append(key, lines(events));
  tick();
  const std::string html = execution_page();
  const auto quoted = html.find("<figure class=\"first\">");
  BOOST_REQUIRE(quoted != std::string::npos);
  const std::string quotation = html.substr(quoted, html.find("</figure>", quoted) - quoted);
  BOOST_TEST(has(quotation, "x_test.cpp:7: error: expected 2, got 3 &lt;b&gt;"));
  BOOST_TEST(has(quotation, "and so on"));
  BOOST_TEST(!has(quotation, "run.py"));
  BOOST_TEST(has(html, "href=\"#t1c1x2\">Show in the full output"));
  BOOST_TEST(has(html, "id=\"t1c1x2\"><b>bad</b>"));
  BOOST_TEST(has(html, "2 tests: 1 passed, 1 failed, 0 skipped"));
}

BOOST_AUTO_TEST_CASE(a_second_tick_writes_nothing) {
  farm.append(key, lines(small_execution()));
  tick();
  BOOST_TEST(tick().pages == 0U);
  BOOST_TEST(tick(true).changed == 0U);
}

BOOST_AUTO_TEST_CASE(a_tick_writes_what_a_dry_run_names_and_few_files) {
  const auto events = small_execution();
  farm.append(key, lines(events, 1, 3));
  tick();
  farm.append(key, lines(events, 4, 4), 4);
  BOOST_TEST(tick(false, true).changed > 0U);
  const auto named = written;
  const std::string live = "p/c/" + key.execution.text() + ".live.";
  BOOST_TEST((named == std::set<std::string>{live + "json", live + "txt"}));
  tick();
  BOOST_TEST((written == named));
  farm.append(key, lines(events, 5, 7), 5);
  tick(false, true);
  const auto at_end = written;
  tick();
  BOOST_TEST((written == at_end));
  BOOST_TEST(written.size() <= 29U);
}

BOOST_AUTO_TEST_CASE(a_dry_run_leaves_the_site_and_what_is_due) {
  farm.append(key, lines(small_execution()));
  tick(false, true);
  BOOST_TEST(contents_of(farm.site()).empty());
  BOOST_TEST(tick().changed > 0U);
}

BOOST_AUTO_TEST_CASE(an_expired_log_leaves_a_tombstone) {
  farm.append(key, lines(small_execution()));
  tick();
  must(remove_file(farm.layout().log(key)));
  tick(true);
  BOOST_TEST(has(execution_page(), "The log is not there any more"));
}

BOOST_AUTO_TEST_CASE(two_at_once_do_not_meet) {
  const auto held = must(LockFile::take(farm.layout().generate_lock(), 0));
  TickOptions options;
  options.say = [](const std::string&) {};
  options.written = [](const std::string&) {};
  BOOST_TEST(run_tick(farm.layout(), farm.clock(), options).error().kind == ErrorKind::busy);
}

// A few bytes of numbers must not cost gigabytes.
BOOST_AUTO_TEST_CASE(numbers_far_apart_are_bounded) {
  std::string body = lines(small_execution(), 1, 1);
  for (std::uint64_t task = 1; task <= 300; ++task)
    body += concat("{\"n\":", task + 1, ",\"t\":0,\"type\":\"command_started\",\"task\":", task,
                   ",\"command\":1000,\"line\":\"x\"}\n");
  farm.append(key, body);
  const ExecutionDocument document = must(read_execution_document(farm.layout(), key));
  BOOST_TEST(document.commands <= most_commands);
}

// Titles, messages and output of hostile clients come out as text.
BOOST_AUTO_TEST_CASE(what_clients_say_is_text) {
  const std::string evil = "<script>alert(1)</script>\"'{{{x}}}{{>head}}&amp;";
  auto events = small_execution(Outcome::failed);
  auto& start = std::get<ExecutionStarted>(events[0].body);
  start.branch = evil;
  start.facts["system"] = evil;
  start.facts[evil] = evil;
  start.plan[0].name = evil;
  start.repositories[0].changes[0] = {.revision = evil, .author = evil, .time = 1795219000, .message = evil};
  start.repositories[0].revision = evil;
  std::get<TaskStarted>(events[1].body).name = evil;
  std::get<CommandStarted>(events[2].body).line = evil;
  std::get<Output>(events[3].body).text = "error: " + evil + "\n";
  std::get<CommandEnded>(events[4].body).info = evil;
  std::get<CommandEnded>(events[4].body).stats = {{evil, 1}};
  std::get<ExecutionEnded>(events[6].body).reason = evil;
  farm.append(key, lines(events));
  tick();
  for (const auto& [path, html] : contents_of(farm.site())) {
    if (!path.ends_with(".html")) continue;
    BOOST_TEST(!has(html, "<script>"), path);
    BOOST_TEST(!has(html, "{{>head}}"), path);
  }
  BOOST_TEST(
      has(execution_page(), "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;{{{x}}}{{&gt;head}}&amp;amp;"));
}

BOOST_AUTO_TEST_CASE(a_page_that_cannot_be_written_stays_due_and_stops_no_other) {
  farm.append(key, lines(small_execution()));
  const ExecutionKey other = execution_key(client, "20261121-000000-bbbbbb");
  farm.append(other, lines(small_execution()));
  // Where the page would go stands a directory.
  const Path page = farm.site() / "p/c" / (key.execution.text() + ".html");
  must(make_directories(page / "in the way"));
  TickOptions options;
  std::string said;
  options.say = [&](const std::string& line) { said += line + '\n'; };
  options.written = [](const std::string&) {};
  BOOST_TEST(must(run_tick(farm.layout(), farm.clock(), options)).failed == 1U);
  BOOST_TEST(
      has(said, "execution page of p/c/" + key.execution.text() + " could not be written and stays due"));
  BOOST_TEST(has(page_of(other), "passed in"));
  std::filesystem::remove_all(page);
  const auto report = must(run_tick(farm.layout(), farm.clock(), options));
  BOOST_TEST(report.failed == 0U);
  BOOST_TEST(has(execution_page(), "passed in"));
}

BOOST_AUTO_TEST_CASE(a_slip_in_one_project_stops_no_other) {
  farm.append(key, lines(small_execution()));
  make_up(2, 5);
  must(replace_file(farm.layout().project_toml(project_id("p")), "title = \n", Sync::no));
  BOOST_TEST(tick().failed == 0U);
  BOOST_TEST(has(page("made-up/index.html"), "made-up"));
  BOOST_TEST(has(page("p/index.html"), "p: the one client passes"));
  must(replace_file(farm.layout().project_toml(project_id("p")), "title = \"Mended\"\n", Sync::no));
  BOOST_TEST(tick().failed == 0U);
  BOOST_TEST(has(page("p/index.html"), "Mended"));
}

BOOST_AUTO_TEST_CASE(a_running_execution_speaks_in_its_live_files) {
  auto events = small_execution();
  farm.append(key, lines(events, 1, 4));
  tick();
  const std::string live = "p/c/" + key.execution.text() + ".live.";
  BOOST_TEST(has(page(live + "json"), "cc x.c"));
  BOOST_TEST(page(live + "txt").starts_with("$ make\ncc x.c"));
  BOOST_TEST(!has(execution_page(), "cc x.c"));  // the page waits for the command's end
  farm.append(key, lines(events, 5, 7), 5);
  tick();
  BOOST_TEST(!file_exists(farm.site() / (live + "json")));
  BOOST_TEST(!file_exists(farm.site() / (live + "txt")));
  BOOST_TEST(has(execution_page(), "cc x.c"));
}

BOOST_AUTO_TEST_CASE(who_is_away_is_away) {
  farm.append(key, lines(small_execution()));
  const Heartbeat beat{.counter = 1,
                       .acknowledged = 0,
                       .activity = Activity::paused,
                       .execution = "",
                       .next_check = 60 * 24,
                       .version = ""};
  must(take_heartbeat(farm.layout(), client, beat, farm.clock().now()));
  tick();
  BOOST_TEST(has(page("p/index.html"), "Away</b>, back by"));
  BOOST_TEST(has(page("p/c/index.html"), "Away</b>, back by"));
  BOOST_TEST(has(page("p/summary.json"), "\"activity\":\"paused\""));
}

BOOST_AUTO_TEST_SUITE_END()

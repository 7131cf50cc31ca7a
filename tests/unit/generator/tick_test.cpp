#include "generator/tick.hpp"

#include <regex>
#include <set>

#include "admin/simulate.hpp"
#include "generator/document.hpp"
#include "schema/batch.hpp"
#include "store/log_store.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace {

struct Fixture {
  TemporaryFarm farm;
  ClientKey client = farm.client();
  ExecutionKey key = execution_key(client);

  TickReport tick(bool full = false, bool dry_run = false) {
    written.clear();
    TickOptions options;
    options.full = full;
    options.dry_run = dry_run;
    options.say = [](const std::string&) {};
    options.written = [&](const std::string& path) { written.insert(path); };
    return must(run_tick(farm.layout(), farm.clock(), options));
  }
  std::string page(const std::string& path) const { return must(read_file(farm.site() / path)); }
  std::string execution_page() const { return page_of(key); }
  std::string page_of(const ExecutionKey& of) const { return page("p/c/" + of.execution.text() + ".html"); }
  std::set<std::string> written;
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(generator_tick, Fixture)

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
  BOOST_TEST(written.size() <= 25U);
}

BOOST_AUTO_TEST_CASE(a_dry_run_leaves_the_site_and_what_is_due) {
  farm.append(key, lines(small_execution()));
  tick(false, true);
  BOOST_TEST(contents_of(farm.site()).empty());
  BOOST_TEST(tick().changed > 0U);
}

BOOST_AUTO_TEST_CASE(a_site_that_was_removed_comes_back) {
  farm.append(key, lines(small_execution()));
  tick();
  const auto before = contents_of(farm.site());
  std::filesystem::remove_all(farm.site());
  tick();
  BOOST_TEST((contents_of(farm.site()) == before));
}

BOOST_AUTO_TEST_CASE(an_index_that_was_removed_changes_no_page) {
  farm.append(key, lines(small_execution(Outcome::failed)));
  tick();
  const auto before = contents_of(farm.site());
  std::filesystem::remove_all(farm.layout().index());
  tick();
  BOOST_TEST(written.empty());
  BOOST_TEST((contents_of(farm.site()) == before));
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
  BOOST_TEST((run_tick(farm.layout(), farm.clock(), options).error().kind == ErrorKind::busy));
}

// A few bytes of numbers must not cost gigabytes.
BOOST_AUTO_TEST_CASE(numbers_far_apart_are_bounded) {
  std::string body = lines(small_execution(), 1, 1);
  for (std::uint64_t task = 1; task <= 300; ++task)
    body += cat("{\"n\":", task + 1, ",\"t\":0,\"type\":\"command_started\",\"task\":", task,
                ",\"command\":1000,\"line\":\"x\"}\n");
  farm.append(key, body);
  const Document document = must(read_document(farm.layout(), key));
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
  start.repositories[0].changes[0] = {evil, evil, 1795219000, evil};
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
    BOOST_TEST(!has(html, "{{>head}}") == !has(html, evil.substr(0, 0) + "{{>head}}"), path);
  }
  BOOST_TEST(
      has(execution_page(), "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;{{{x}}}{{&gt;head}}&amp;amp;"));
}

// What a walk would write from scratch is what the ticks have written one by one.
BOOST_AUTO_TEST_CASE(ticks_one_by_one_make_the_site_of_one_full_walk) {
  const auto events = small_execution(Outcome::failed);
  std::vector<ExecutionKey> keys;
  for (int i = 0; i < 6; ++i) keys.push_back(execution_key(client, cat("20261121-00000", i, "-aaaaaa")));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (std::size_t at = 1; at <= events.size(); ++at) {
      if (i == 5 && at == 5) break;  // the last one is still running
      farm.append(keys[i], lines(events, at, at), at);
      tick();
    }
    farm.clock().pass(11 * day_ms);
  }
  // One that comes days late, between others.
  const ExecutionKey late = execution_key(farm.client("late"), "20261121-000000-bbbbbb");
  must(append_events(farm.layout(), late, must(decode_batch(lines(small_execution()), 1)),
                     {farm.clock().now(), 30 * day_ms, {}, {}}, Durability::write));
  tick();
  const auto one_by_one = contents_of(farm.site());
  BOOST_TEST(one_by_one.contains("p/c/" + keys[5].execution.text() + ".live.json"));
  std::filesystem::remove_all(farm.site());
  tick();
  const auto at_once = contents_of(farm.site());
  for (const auto& [path, bytes] : at_once)
    BOOST_TEST((one_by_one.contains(path) && one_by_one.at(path) == bytes), path);
  BOOST_TEST(one_by_one.size() == at_once.size());
}

BOOST_AUTO_TEST_CASE(many_small_budgets_make_the_same_site) {
  SimulateOptions options;
  options.executions = 30;
  options.clients = 3;
  options.running = 1;
  std::ostringstream out;
  must(simulate(farm.layout(), project_id("made-up"), options, farm.clock(), out));
  tick();
  const auto whole = contents_of(farm.site());
  std::filesystem::remove_all(farm.site());
  int ticks = 0;
  for (bool finished = false; !finished; ++ticks) {
    TickOptions small;
    small.budget = second_ms;
    small.say = [](const std::string&) {};
    small.written = [&](const std::string&) { farm.clock().pass(100); };  // ten files a budget
    finished = must(run_tick(farm.layout(), farm.clock(), small)).finished;
    BOOST_REQUIRE(ticks < 1000);
  }
  BOOST_TEST(ticks > 10);
  BOOST_TEST((contents_of(farm.site()) == whole));
}

BOOST_AUTO_TEST_CASE(threads_make_the_same_site) {
  SimulateOptions options;
  options.executions = 60;
  options.clients = 3;
  std::ostringstream out;
  must(simulate(farm.layout(), project_id("made-up"), options, farm.clock(), out));
  tick();
  const auto alone = contents_of(farm.site());
  std::filesystem::remove_all(farm.site());
  TickOptions many;
  many.threads = 4;
  many.say = [](const std::string&) {};
  many.written = [](const std::string&) {};
  must(run_tick(farm.layout(), farm.clock(), many));
  BOOST_TEST((contents_of(farm.site()) == alone));
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
  SimulateOptions made_up;
  made_up.executions = 2;
  std::ostringstream out;
  must(simulate(farm.layout(), project_id("made-up"), made_up, farm.clock(), out));
  must(replace_file(farm.layout().project_toml(project_id("p")), "title = \n", Sync::no));
  const TickReport report = tick();
  BOOST_TEST(report.failed > 0U);
  BOOST_TEST(has(page("made-up/index.html"), "made-up"));
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

BOOST_AUTO_TEST_CASE(programs_find_json_feeds_and_badges) {
  farm.append(key, lines(small_execution()));
  farm.clock().pass(hour_ms);
  farm.append(execution_key(client, "20261121-010000-bbbbbb"), lines(small_execution(Outcome::failed)));
  tick();
  BOOST_TEST(has(page("p/summary.json"), "\"words\":\"1 of 1 client fails\""));
  BOOST_TEST(has(page("p/history.json"), "\"result\":\"failed\""));
  BOOST_TEST(has(page("p/c/stats.json"), "\"result\":\"passed\""));
  BOOST_TEST(has(page("farm.json"), "\"state\":\"fail\""));
  BOOST_TEST(has(page("p/feed.atom"), "fails on main"));
  BOOST_TEST(has(page("cctray.xml"), "lastBuildStatus=\"Failure\""));
  BOOST_TEST(has(page("p/badge.svg"), "1 of 1 client fails"));
  BOOST_TEST(has(page("p/c/badge.svg"), "fails"));
}

// Every link of a made-up farm leads to a page, and every fragment to an element.
BOOST_AUTO_TEST_CASE(all_links_resolve) {
  SimulateOptions options;
  options.executions = 25;
  options.clients = 3;
  options.every = 40 * hour_ms;  // several months of history
  std::ostringstream out;
  must(simulate(farm.layout(), project_id("made-up"), options, farm.clock(), out));
  tick();
  const auto site = contents_of(farm.site());
  const std::regex link("(?:href|src)=\"([^\"]*)\"");
  std::size_t checked = 0;
  for (const auto& [path, html] : site) {
    if (!path.ends_with(".html")) continue;
    for (std::sregex_iterator at(html.begin(), html.end(), link); at != std::sregex_iterator(); ++at) {
      const std::string target = (*at)[1];
      const auto hash = target.find('#');
      const std::string file = target.substr(0, hash);
      const std::string resolved =
          file.empty() ? path : (Path(path).parent_path() / file).lexically_normal().string();
      BOOST_TEST(site.contains(resolved), path << " links to " << target);
      if (hash != std::string::npos && site.contains(resolved))
        BOOST_TEST(has(site.at(resolved), " id=\"" + target.substr(hash + 1) + '"'),
                   path << " links to " << target);
      ++checked;
    }
  }
  BOOST_TEST(checked > 1000U);
  BOOST_TEST(must(list_directory(farm.site() / "made-up" / "history")).size() >= 2U);
}

BOOST_AUTO_TEST_SUITE_END()

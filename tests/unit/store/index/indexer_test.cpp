#include "store/index/indexer.hpp"
#include "store/index/rebuild.hpp"
#include "store/summary/summary_codec.hpp"

#include "base/gzip.hpp"
#include "schema/codec.hpp"
#include "store/index/branch_results.hpp"
#include "store/index/due.hpp"
#include "store/index/history.hpp"
#include "store/log/summary_file.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace store_index_indexer {

struct Fixture {
  TemporaryFarm farm;
  ClientKey client = farm.client();
  ExecutionKey key = execution_key(client);
  std::vector<Event> events = small_execution();

  void send(std::size_t from, std::size_t to) { farm.append(key, lines(events, from, to), from); }
  bool marked() const { return file_exists(farm.layout().marker(key)); }
  std::optional<ExecutionRow> row() {
    Index index = farm.index();
    return must(index.execution(key));
  }
  void remove_index() const { std::filesystem::remove_all(farm.layout().index()); }
};

}  // namespace store_index_indexer

BOOST_FIXTURE_TEST_SUITE(store_index_indexer, store_index_indexer::Fixture)

BOOST_AUTO_TEST_CASE(folds_only_what_is_new_and_only_once) {
  send(1, 3);
  BOOST_TEST(farm.summary(key).next == 4U);
  send(4, 7);
  BOOST_TEST(farm.summary(key).next == 8U);
  Index index = farm.index();
  const std::string before = dump(index);
  must(catch_up(farm.layout(), index, key));
  BOOST_TEST(dump(index) == before);
}

BOOST_AUTO_TEST_CASE(marks_what_is_due) {
  Index index = farm.index();
  const auto due_after = [&](std::size_t from, std::size_t to) {
    must(DueList(index).forget_due());
    send(from, to);
    must(catch_up(farm.layout(), index, key));
    const auto due = must(DueList(index).due());
    BOOST_REQUIRE(due.size() == 1U);
    return due.front().kind;
  };
  BOOST_CHECK(due_after(1, 1) == DueKind::execution);
  BOOST_CHECK(due_after(2, 2) == DueKind::task);
  BOOST_CHECK(due_after(3, 3) == DueKind::command);
  BOOST_CHECK(due_after(4, 4) == DueKind::output);
  BOOST_CHECK(due_after(5, 7) == DueKind::execution);
}

BOOST_AUTO_TEST_CASE(the_days_count_each_execution_once) {
  Index index = farm.index();
  const auto counts = [&] {
    std::string text;
    for (const DayCount& day : must(History(index).days(project_id("p"), 0, farm.clock().now() + day_ms)))
      text += concat(name_of(day.outcome), ' ', day.count, '\n');
    return text;
  };
  send(1, 3);
  must(catch_up(farm.layout(), index, key));
  BOOST_TEST(counts() == "running 1\n");
  send(4, 7);
  must(catch_up(farm.layout(), index, key));
  const ExecutionKey other = execution_key(client, "20261121-000000-cccccc");
  farm.append(other, lines(events));
  must(catch_up(farm.layout(), index, other));
  BOOST_TEST(counts() == "passed 2\n");
}

BOOST_AUTO_TEST_CASE(a_finished_execution_leaves_a_line_and_no_marker) {
  send(1, 7);
  farm.settle();
  BOOST_TEST(!marked());
  const auto line = must(find_summary_line(farm.layout(), key));
  BOOST_REQUIRE(line.has_value());
  BOOST_TEST(line->offset == farm.log(key).size());
  BOOST_TEST(encode(line->summary) == encode(row()->summary));
  farm.settle();
  const std::string kept = must(read_file(farm.layout().summaries(key)));
  BOOST_TEST(split_lines(kept).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_running_one_keeps_its_marker_until_it_is_silent_for_long) {
  send(1, 3);
  farm.settle();
  BOOST_TEST(marked());
  farm.clock().pass(29 * day_ms);
  farm.settle();
  BOOST_TEST(marked());
  farm.clock().pass(2 * day_ms);
  farm.settle();
  BOOST_TEST(!marked());
  send(4, 7);
  BOOST_TEST(marked());
}

BOOST_AUTO_TEST_CASE(a_marker_without_a_log_stays_unless_there_is_a_line) {
  must(make_empty_file(farm.layout().marker(key)));
  farm.settle();
  BOOST_TEST(marked());
  send(1, 7);
  farm.settle();
  must(remove_file(farm.layout().log(key)));
  must(make_empty_file(farm.layout().marker(key)));
  farm.settle();
  BOOST_TEST(!marked());
}

// The index deleted at every stage: what comes back is the same but for `due`.
BOOST_AUTO_TEST_CASE(a_rebuilt_index_dumps_identically) {
  const ExecutionKey running = execution_key(client, "20261121-000000-bbbbbb");
  const ExecutionKey packed = execution_key(client, "20261121-000000-cccccc");
  const ExecutionKey expired = execution_key(client, "20261121-000000-dddddd");
  for (const ExecutionKey& each : {packed, expired}) farm.append(each, lines(events));
  send(1, 7);
  farm.append(running, lines(events, 1, 4));
  farm.settle();
  must(replace_file(farm.layout().packed_log(packed), must(gzip(farm.log(packed))), Sync::no));
  must(remove_file(farm.layout().log(packed)));
  must(remove_file(farm.layout().log(expired)));
  Index before = farm.index();
  const std::string dumped = dump(before);
  BOOST_TEST(dumped.find("dddddd") != std::string::npos);
  remove_index();
  Index after = farm.index();
  BOOST_TEST(dump(after) == dumped);
  farm.settle();
  BOOST_TEST(dump(after) == dumped);
}

BOOST_AUTO_TEST_CASE(a_rebuild_finds_logs_without_markers) {
  send(1, 3);
  must(remove_file(farm.layout().marker(key)));
  remove_index();
  farm.index();
  BOOST_TEST(row()->summary.next == 4U);
  BOOST_TEST(marked());
}

BOOST_AUTO_TEST_CASE(a_row_ahead_of_its_log_is_folded_anew) {
  send(1, 3);
  const std::string shorter = farm.log(key);
  send(4, 5);
  farm.summary(key);
  farm.set_log(key, shorter);
  BOOST_TEST(farm.summary(key).next == 4U);
}

// A failed sync cuts a frame that was folded already, and the retry is longer: the row stands within a frame.
BOOST_AUTO_TEST_CASE(a_row_within_a_frame_is_folded_anew) {
  send(1, 2);
  const std::string before = farm.log(key);
  send(3, 4);
  farm.summary(key);
  farm.set_log(key, before);
  send(3, 7);
  BOOST_TEST(farm.summary(key).progress == Progress::passed);
}

BOOST_AUTO_TEST_CASE(damage_and_unknown_events_are_counted_and_shown) {
  send(1, 3);
  send(4, 5);
  std::string damaged = farm.log(key);
  damaged[damaged.find("Build")] = 'X';
  farm.set_log(key, damaged);
  const std::string lines_of_newer = "{\"n\":6,\"t\":1,\"type\":\"party\"}\n";
  farm.set_log(key, damaged + format_frame({.from = 6,
                                            .next = 7,
                                            .count = 1,
                                            .bytes = 0,
                                            .crc = 0,
                                            .at = 5,
                                            .age = 5,
                                            .end = false,
                                            .output = 0,
                                            .key = "",
                                            .sig = ""},
                                           lines_of_newer));
  const Summary summary = farm.summary(key);
  BOOST_TEST(summary.bad_places == 1U);
  BOOST_TEST(summary.bad_bytes > 0U);
  BOOST_TEST(summary.unknown_lines == 1U);
  BOOST_TEST(summary.next == 7U);
}

BOOST_AUTO_TEST_CASE(an_index_that_is_none_is_none) {
  farm.index();
  const Path file = farm.layout().index() / std::filesystem::read_symlink(farm.layout().current_index());
  must(replace_file(file, std::string(5000, 'x'), Sync::no));
  BOOST_TEST(!must(Index::open(farm.layout(), 0)).has_value());
  must(replace_file(file, "", Sync::no));
  BOOST_TEST(!must(Index::open(farm.layout(), 0)).has_value());
  must(remove_file(file));
  BOOST_TEST(!must(Index::open(farm.layout(), 0)).has_value());
  farm.index();
}

BOOST_AUTO_TEST_CASE(an_index_of_another_boot_or_version_is_not_trusted) {
  farm.index();
  const Path file = farm.layout().index() / std::filesystem::read_symlink(farm.layout().current_index());
  {
    Database database = must(Database::open(file, Database::Mode::existing, 0));
    must(database.run("UPDATE meta SET value = 'other' WHERE key = 'boot'"));
  }
  BOOST_TEST(!must(Index::open(farm.layout(), 0)).has_value());
  {
    Database database = must(Database::open(file, Database::Mode::existing, 0));
    must(database.run("UPDATE meta SET value = '999' WHERE key = 'version'"));
  }
  BOOST_TEST(Index::open(farm.layout(), 0).error().kind == ErrorKind::conflict);
}

BOOST_AUTO_TEST_CASE(a_handle_notices_that_the_index_was_switched) {
  Index old = farm.index();
  BOOST_TEST(old.is_current(farm.layout()));
  must(rebuild_index(farm.layout(), [](const RebuildProgress&) {}));
  BOOST_TEST(!old.is_current(farm.layout()));
}

BOOST_AUTO_TEST_CASE(since_when_and_neighbours) {
  const auto add = [&](const std::string& id, Outcome outcome) {
    farm.append(execution_key(client, id), lines(small_execution(outcome)));
    farm.clock().pass(hour_ms);
  };
  add("20261121-000000-aaaaaa", Outcome::passed);
  add("20261121-000000-bbbbbb", Outcome::failed);
  add("20261121-000000-cccccc", Outcome::failed);
  farm.settle();
  Index index = farm.index();
  const auto passed = must(BranchResults(index).last_passed(client, "main"));
  BOOST_TEST(passed->key.execution.text() == "20261121-000000-aaaaaa");
  const auto since = must(BranchResults(index).first_failed_after(client, "main", passed->started_at));
  BOOST_TEST(since->key.execution.text() == "20261121-000000-bbbbbb");
  BOOST_TEST((must(History(index).previous(*since))->key == passed->key));
  BOOST_TEST(must(History(index).latest(client, "main", 10)).size() == 3U);
  BOOST_TEST(must(History(index).branches(client)).size() == 1U);
  BOOST_TEST(must(History(index).between(project_id("p"), 0, farm.clock().now(), 2)).size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

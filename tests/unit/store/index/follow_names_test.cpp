#include "store/index/follow_names.hpp"

#include "store/index/due.hpp"
#include "store/index/history.hpp"
#include "store/index/indexer.hpp"
#include "store/index/rebuild.hpp"
#include "store/rename.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace store_index_follow_names {
struct Fixture {
  TemporaryFarm farm;
  Layout layout = farm.layout();
  ClientKey client = farm.client("box"), other = farm.client("other");
  ExecutionKey key = execution_key(client);
  std::vector<Event> events = small_execution();
  std::string rebuilt() const {
    return dump(must(rebuild_index(layout, [](const RebuildProgress&) {})));
  }
};
}  // namespace store_index_follow_names

BOOST_FIXTURE_TEST_SUITE(store_index_follow_names, store_index_follow_names::Fixture)

BOOST_AUTO_TEST_CASE(rows_are_those_that_the_logs_would_give) {
  farm.append(key, lines(events));
  farm.append(execution_key(other), lines(events));
  Index index = farm.index();
  must(rename_client(layout, client, client_key("p", "zebra").client, 5));
  must(rename_project(layout, client.project, project_id("a"), 6));
  must(follow_names(layout, index));
  const std::string followed = dump(index);
  BOOST_TEST(followed.find("zebra") != std::string::npos);
  BOOST_TEST(followed == rebuilt());
  bool everything = false;
  for (const Due& due : must(DueList(index).due())) everything |= due.kind == DueKind::everything;
  BOOST_TEST(everything);
}

// Markers name directories: an endpoint that has not heard of a name yet, or of one that a copy of before
// does not know, leaves nothing behind that nobody understands.
BOOST_AUTO_TEST_CASE(a_marker_is_the_same_by_any_name) {
  farm.append(key, lines(events, 1, 3));
  Index index = farm.index();
  const Path marker = layout.marker(key);
  must(rename_client(layout, client, client_key("p", "zebra").client, 5));
  const ExecutionKey now{client_key("p", "zebra"), key.execution};
  BOOST_TEST(layout.marker(now) == marker);
  farm.append(now, lines(events, 4, 7), 4);
  must(follow_names(layout, index));
  must(settle_markers(layout, index, farm.clock().now(),
                      [](const Error& error) { BOOST_ERROR(error.context); }));
  BOOST_TEST(!file_exists(marker));
  const auto row = must(index.execution(now));
  BOOST_REQUIRE(row.has_value());
  BOOST_TEST(row->closed);
  BOOST_TEST(!must(index.execution(key)).has_value());
}

// A program that knows no names, or an index that was there before them.
BOOST_AUTO_TEST_CASE(rows_by_both_names_are_read_again_from_the_logs) {
  farm.append(key, lines(events, 1, 3));
  Index index = farm.index();
  must(rename_client(layout, client, client_key("p", "zebra").client, 5));
  const ExecutionKey now{client_key("p", "zebra"), key.execution};
  farm.append(now, lines(events, 4, 7), 4);
  must(settle_markers(layout, index, farm.clock().now(), [](const Error&) {}));
  BOOST_TEST(must(index.execution(key)).has_value());
  BOOST_TEST(must(index.execution(now)).has_value());
  must(follow_names(layout, index));
  BOOST_TEST(dump(index) == rebuilt());
}

BOOST_AUTO_TEST_SUITE_END()

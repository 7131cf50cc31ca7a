#include "client/report/drop_bulk.hpp"

#include "schema/batch.hpp"
#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(client_report_drop_bulk)

BOOST_AUTO_TEST_CASE(bulk_becomes_events_lost_and_no_number_is_missing) {
  std::vector<Event> events = small_execution();
  events.insert(events.begin() + 4,
                Event{0, 400, Output{.task = 1, .command = 1, .omitted = 0, .text = "more\n"}});
  for (std::size_t i = 0; i < events.size(); ++i) events[i].number = i + 1;
  const std::string thin = drop_bulk(lines(events), Keep::no_output, "a limit");
  BOOST_TEST(thin.find("cc x.c") == std::string::npos);
  BOOST_TEST(thin.find("{\"n\":4,\"t\":300,\"type\":\"events_lost\",\"last\":5,\"reason\":\"a limit\"}\n") !=
                 std::string::npos,
             thin);
  const Batch batch = must(decode_batch(thin, 1));
  BOOST_TEST(batch.next == 9U);
  BOOST_TEST(!batch.bulk);
  BOOST_TEST(batch.ends);
  BOOST_TEST(batch.begins);
  const Batch ends = must(decode_batch(drop_bulk(lines(events), Keep::only_ends, "a limit"), 1));
  BOOST_TEST(!ends.begins);
  BOOST_TEST(ends.next == 9U);
}

BOOST_AUTO_TEST_SUITE_END()

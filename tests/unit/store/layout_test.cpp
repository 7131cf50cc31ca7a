#include "store/layout.hpp"

#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(store_layout)

BOOST_AUTO_TEST_CASE(markers_read_as_they_are_written) {
  const Layout layout("/farm");
  const ExecutionKey key = execution_key(client_key("p", "c"));
  const auto whole = MarkerName::parse(layout.marker(key).filename().string());
  BOOST_REQUIRE((whole && whole->client && whole->execution));
  BOOST_TEST((ExecutionKey{{whole->project, *whole->client}, *whole->execution} == key));
  BOOST_TEST(!MarkerName::parse(layout.marker(key.owner).filename().string())->execution.has_value());
  BOOST_TEST(!MarkerName::parse(layout.marker(key.owner.project).filename().string())->client.has_value());
  for (const char* wrong : {"", "P", "p,", "p,c,", "p,c,e", "p,c,20261121-000000-aaaaaa,x", ".keep"})
    BOOST_TEST(!MarkerName::parse(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_CASE(log_names) {
  BOOST_TEST(execution_of_log("20261121-000000-aaaaaa.jsonl").has_value());
  BOOST_TEST(execution_of_log("20261121-000000-aaaaaa.jsonl.gz").has_value());
  for (const char* wrong :
       {"summaries.jsonl", "20261121-000000-aaaaaa.cut", "20261121-000000-aaaaaa", "x.jsonl.tmp-1-abcd"})
    BOOST_TEST(!execution_of_log(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_SUITE_END()

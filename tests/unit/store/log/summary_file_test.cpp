#include "store/log/summary_file.hpp"

#include <fstream>

#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(store_log_summary_file)

BOOST_AUTO_TEST_CASE(a_torn_line_is_skipped_and_does_not_swallow_the_next) {
  TemporaryFarm farm;
  const ClientKey client = farm.client();
  const ExecutionKey one = execution_key(client, "20261121-000000-aaaaaa");
  const ExecutionKey two = execution_key(client, "20261121-000000-bbbbbb");
  std::filesystem::create_directories(farm.layout().month(one));
  Summary summary;
  summary.branch = "main";
  must(append_summary_line(farm.layout(), one, 100, summary));
  const Path path = farm.layout().summaries(one);
  const std::string line = must(read_file(path));
  for (std::size_t size = 0; size < line.size(); ++size) {
    std::ofstream(path, std::ios::binary) << line.substr(0, size);
    // Without its line end the line is whole all the same.
    BOOST_TEST(must(find_summary_line(farm.layout(), one)).has_value() == (size + 1 == line.size()));
    must(append_summary_line(farm.layout(), two, 200, summary));
    BOOST_TEST(must(find_summary_line(farm.layout(), two)).has_value());
  }
}

BOOST_AUTO_TEST_CASE(the_first_of_an_execution_counts) {
  TemporaryFarm farm;
  const ExecutionKey key = execution_key(farm.client());
  std::filesystem::create_directories(farm.layout().month(key));
  must(append_summary_line(farm.layout(), key, 100, {}));
  must(append_summary_line(farm.layout(), key, 200, {}));
  BOOST_TEST(must(find_summary_line(farm.layout(), key))->offset == 100U);
  std::size_t lines = 0;
  must(each_summary_line(farm.layout().summaries(key), [&](const SummaryLine&) {
    ++lines;
    return Status();
  }));
  BOOST_TEST(lines == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

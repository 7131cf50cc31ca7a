#include "store/log/retention.hpp"

#include "base/gzip.hpp"
#include "store/log/summary_file.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace store_log_retention {
struct Fixture {
  TemporaryFarm farm;
  ExecutionKey key = execution_key(farm.client());
  std::vector<Event> events = small_execution();
};
}  // namespace store_log_retention

BOOST_FIXTURE_TEST_SUITE(store_log_retention, store_log_retention::Fixture)

BOOST_AUTO_TEST_CASE(only_what_is_settled_is_packed_or_expires) {
  farm.append(key, lines(events, 1, 3));
  BOOST_TEST((must(pack_log(farm.layout(), key)) == Kept::not_yet));
  farm.append(key, lines(events, 4, 7), 4);
  BOOST_TEST((must(pack_log(farm.layout(), key)) == Kept::not_yet));
  BOOST_TEST(must(expire_logs(farm.layout(), {key}, farm.clock().now())) == 0U);
  farm.settle();
  const std::string log = farm.log(key);
  BOOST_TEST((must(pack_log(farm.layout(), key)) == Kept::done));
  BOOST_TEST((must(pack_log(farm.layout(), key)) == Kept::already));
  BOOST_TEST(!file_exists(farm.layout().log(key)));
  BOOST_TEST(must(gunzip(must(read_file(farm.layout().packed_log(key))), 1 << 20)) == log);
}

BOOST_AUTO_TEST_CASE(a_late_replay_of_what_expired_writes_nothing) {
  farm.append(key, lines(events));
  farm.settle();
  BOOST_TEST(must(expire_logs(farm.layout(), {key}, farm.clock().now())) == 1U);
  const auto before = kept_in(farm.path());
  const Appended replay = farm.append(key, lines(events));
  BOOST_TEST(replay.verdict == Verdict::already_there);
  BOOST_TEST(replay.closed);
  BOOST_TEST(replay.next == 8U);
  BOOST_TEST((kept_in(farm.path()) == before));
  farm.settle();
  BOOST_TEST(farm.summary(key).progress == Progress::passed);
}

BOOST_AUTO_TEST_SUITE_END()

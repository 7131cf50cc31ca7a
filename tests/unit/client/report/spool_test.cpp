#include "client/report/spool.hpp"

#include <fstream>

#include "schema/codec.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace client_report_spool {

struct Fixture {
  TemporaryDirectory directory;
  FakeClock clock;
  Spool spool = must(Spool::open(directory / "spool", clock));

  ExecutionId write(std::size_t count) {
    SpoolWriter writer = must(spool.begin());
    const auto events = small_execution();
    for (std::size_t i = 0; i < count; ++i) {
      clock.pass(100);
      must(writer.add(events[i].body));
    }
    return writer.execution();
  }
  Path file(const ExecutionId& id) const { return directory / "spool" / (id.text() + ".jsonl"); }
  std::string text(const ExecutionId& id) const { return must(read_file(file(id))); }
};

}  // namespace client_report_spool

BOOST_FIXTURE_TEST_SUITE(client_report_spool, client_report_spool::Fixture)

BOOST_AUTO_TEST_CASE(numbers_and_times_events) {
  const ExecutionId id = write(3);
  const auto written = text(id);
  const auto all = split_lines(written);
  BOOST_TEST(must(decode_event(all[2])).number == 3U);
  BOOST_TEST(must(decode_event(all[2])).at == 300);
}

BOOST_AUTO_TEST_CASE(chunks_are_whole_lines_from_where_it_is_asked) {
  const ExecutionId id = write(7);
  const auto all = must(spool.read(id, 1, 100000));
  BOOST_TEST(all.to == 7U);
  BOOST_TEST(!all.more);
  BOOST_TEST(all.lines == text(id));
  std::string joined;
  for (std::uint64_t next = 1; next <= 7;) {
    const auto chunk = must(spool.read(id, next, 200));
    BOOST_TEST(chunk.from == next);
    BOOST_TEST((chunk.more || chunk.to == 7U));
    joined += chunk.lines;
    next += static_cast<std::uint64_t>(std::count(chunk.lines.begin(), chunk.lines.end(), '\n'));
  }
  BOOST_TEST(joined == text(id));
  BOOST_TEST(must(spool.read(id, 8, 1000)).lines.empty());
}

// Killed at any byte, the next start closes the execution as interrupted, with every whole event kept.
BOOST_AUTO_TEST_CASE(cut_at_every_byte_it_is_closed_as_interrupted) {
  const ExecutionId id = write(6);
  const std::string whole = text(id);
  for (std::size_t size = 1; size <= whole.size(); ++size) {
    std::ofstream(file(id), std::ios::binary) << whole.substr(0, size);
    const bool any = whole.substr(0, size).find('\n') != std::string::npos;
    BOOST_TEST(must(spool.recover()) == (any ? 1U : 0U));
    if (!any) {
      BOOST_TEST(!file_exists(file(id)));
      continue;
    }
    const std::string closed = text(id);
    const auto all = split_lines(closed);
    const Event last = must(decode_event(all.back()));
    BOOST_TEST(std::get<ExecutionEnded>(last.body).outcome == Outcome::interrupted);
    BOOST_TEST(last.number == all.size());
    BOOST_TEST(must(spool.recover()) == 0U);
  }
}

BOOST_AUTO_TEST_CASE(age_survives_a_clock_that_jumps) {
  const ExecutionId id = write(1);
  clock.pass(hour_ms);
  clock.jump(0);
  BOOST_TEST(spool.age(id) == hour_ms + 100);
}

BOOST_AUTO_TEST_CASE(what_is_done_is_kept_for_a_while) {
  const ExecutionId id = write(7);
  must(spool.done(id));
  BOOST_TEST(must(spool.pending()).empty());
  must(spool.confirm(must(spool.unconfirmed())));
  clock.jump(system_clock().now());
  must(spool.recover());
  BOOST_TEST(must(list_directory(directory / "spool" / "done")).size() == 2U);
  clock.jump(system_clock().now() + 15 * day_ms);
  must(spool.recover());
  BOOST_TEST(must(list_directory(directory / "spool" / "done")).empty());
}

BOOST_AUTO_TEST_CASE(what_no_heartbeat_confirmed_is_offered_again) {
  const ExecutionId id = write(7);
  must(spool.done(id));
  BOOST_TEST(must(spool.unconfirmed()).size() == 1U);
  must(spool.recover());
  BOOST_TEST(must(spool.pending()).size() == 1U);
  BOOST_TEST(must(spool.unconfirmed()).empty());
}

BOOST_AUTO_TEST_CASE(a_farm_that_forgot_is_offered_everything_again) {
  const ExecutionId one = write(7);
  const ExecutionId two = write(7);
  must(spool.done(one));
  must(spool.confirm(must(spool.unconfirmed())));
  must(spool.done(two));
  BOOST_TEST(must(spool.recall()) == 2U);
  BOOST_TEST(must(spool.pending()).size() == 2U);
  BOOST_TEST(must(spool.read(one, 1, 1 << 20)).to == 7U);
}

BOOST_AUTO_TEST_CASE(another_spool_shares_what_is_written) {
  Spool other = must(Spool::open(directory / "other", clock));
  SpoolWriter writer = must(spool.begin());
  must(spool.share(writer.execution(), other));
  for (const Event& event : small_execution()) must(writer.add(event.body));
  must(spool.done(writer.execution()));
  BOOST_TEST(must(other.pending()).size() == 1U);
  BOOST_TEST(must(other.read(writer.execution(), 1, 1 << 20)).to == 7U);
}

BOOST_AUTO_TEST_CASE(a_hint_finds_the_same) {
  const ExecutionId id = write(7);
  const auto first = must(spool.read(id, 1, 200));
  for (std::uint64_t from = 1; from <= 8; ++from) {
    const auto plain = must(spool.read(id, from, 200));
    const auto hinted =
        must(spool.read(id, from, 200, from > 1 ? must(spool.read(id, from - 1, 1)).offset : 0));
    BOOST_TEST(plain.lines == hinted.lines);
    BOOST_TEST(plain.from == hinted.from);
  }
  BOOST_TEST(first.offset == 0U);
}

BOOST_AUTO_TEST_CASE(garbage_is_parked_and_does_not_stop_the_client) {
  const ExecutionId id = write(3);
  std::ofstream(file(id), std::ios::binary) << "nonsense\n";
  BOOST_TEST(must(spool.recover()) == 0U);
  BOOST_TEST(must(spool.pending()).empty());
  BOOST_TEST(spool.parked() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

#include "store/log/log_store.hpp"
#include "store/log/retention.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "base/gzip.hpp"
#include "store/log/summary_file.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace store_log_log_store {

struct Fixture {
  TemporaryFarm farm;
  ClientKey client = farm.client();
  ExecutionKey key = execution_key(client);
  std::vector<Event> events = small_execution();

  Appended send(std::size_t from, std::size_t to) { return farm.append(key, lines(events, from, to), from); }
  bool marked() const { return file_exists(farm.layout().marker(key)); }
  // The events of the log, headers taken out.
  std::string plain() const {
    std::string text;
    const std::string log = farm.log(key);
    for (const auto line : split_lines(log))
      if (!line.starts_with('#')) text.append(line) += '\n';
    return text;
  }
  void settle_and_pack() {
    farm.settle();
    const std::string log = farm.log(key);
    must(replace_file(farm.layout().packed_log(key), must(gzip(log)), Sync::no));
    must(remove_file(farm.layout().log(key)));
  }
};

}  // namespace store_log_log_store

BOOST_FIXTURE_TEST_SUITE(store_log_log_store, store_log_log_store::Fixture)

BOOST_AUTO_TEST_CASE(appends_in_frames_and_marks) {
  BOOST_TEST(send(1, 3).verdict == Verdict::appended);
  BOOST_TEST(marked());
  const Appended end = send(4, 7);
  BOOST_TEST(end.next == 8U);
  BOOST_TEST(end.closed);
  BOOST_TEST(plain() == lines(events));
}

BOOST_AUTO_TEST_CASE(the_same_again_writes_nothing) {
  send(1, 5);
  const std::string before = farm.log(key);
  for (const auto& [from, to] : {std::pair<std::size_t, std::size_t>{1, 5}, {1, 2}, {3, 5}, {5, 5}}) {
    const Appended again = send(from, to);
    BOOST_TEST(again.verdict == Verdict::already_there);
    BOOST_TEST(again.next == 6U);
  }
  BOOST_TEST(farm.log(key) == before);
}

BOOST_AUTO_TEST_CASE(an_overlap_appends_only_what_is_new) {
  send(1, 2);
  send(3, 4);
  BOOST_TEST(send(1, 7).verdict == Verdict::appended);
  BOOST_TEST(plain() == lines(events));
}

BOOST_AUTO_TEST_CASE(other_bytes_are_a_conflict) {
  send(1, 2);
  send(3, 4);
  auto changed = events;
  std::get<TaskStarted>(changed[1].body).name = "Other";
  const std::string before = farm.log(key);
  for (const std::size_t from : {1U, 2U}) {
    const Appended refused = farm.append(key, lines(changed, from, 7), from);
    BOOST_TEST(refused.verdict == Verdict::conflict);
    BOOST_TEST(refused.next == 5U);
  }
  BOOST_TEST(farm.log(key) == before);
}

BOOST_AUTO_TEST_CASE(a_gap_leaves_no_trace) {
  const Appended refused = send(3, 4);
  BOOST_TEST(refused.verdict == Verdict::gap);
  BOOST_TEST(refused.next == 1U);
  BOOST_TEST(!file_exists(farm.layout().month(key)));
  BOOST_TEST(!marked());
  send(1, 2);
  BOOST_TEST(send(5, 7).next == 3U);
}

BOOST_AUTO_TEST_CASE(nothing_comes_after_the_end) {
  send(1, 7);
  std::vector<Event> more{{8, 900, Output{.task = 1, .command = 1, .omitted = 0, .text = "late"}}};
  const std::string before = farm.log(key);
  const Appended refused = farm.append(key, lines(more, 8, 8), 8);
  BOOST_TEST(refused.verdict == Verdict::after_end);
  BOOST_TEST(farm.log(key) == before);
  BOOST_TEST(send(1, 7).verdict == Verdict::already_there);
}

// Whatever a killed writer left: the next append sets the torn part aside and the log is as if it had never
// been.
BOOST_AUTO_TEST_CASE(a_tail_cut_at_every_byte_is_set_aside) {
  send(1, 3);
  const std::string good = farm.log(key);
  send(4, 7);
  const std::string whole = farm.log(key);
  for (std::size_t size = good.size(); size < whole.size(); ++size) {
    farm.set_log(key, whole.substr(0, size));
    BOOST_TEST(must(log_position(farm.layout(), key)).next == 4U);
    BOOST_TEST(send(4, 7).verdict == Verdict::appended);
    BOOST_TEST(farm.log(key) == whole);
    const auto cut = must(read_file_if_there(farm.layout().cut(key)));
    if (size > good.size())
      BOOST_TEST(cut.value_or("").ends_with(whole.substr(good.size(), size - good.size())));
  }
}

BOOST_AUTO_TEST_CASE(a_flipped_byte_in_the_last_frame_falls_back_before_it) {
  send(1, 3);
  const std::size_t good = farm.log(key).size();
  send(4, 7);
  const std::string whole = farm.log(key);
  const std::size_t lines_at = whole.find('\n', good) + 1;
  for (std::size_t at = lines_at; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    farm.set_log(key, damaged);
    BOOST_TEST(send(4, 7).verdict == Verdict::appended);
    BOOST_TEST(farm.log(key) == whole);
  }
}

BOOST_AUTO_TEST_CASE(damage_in_the_middle_is_kept) {
  send(1, 2);
  send(3, 4);
  std::string damaged = farm.log(key);
  damaged[damaged.find("execution_started") + 3] = 'X';
  farm.set_log(key, damaged);
  BOOST_TEST(send(5, 7).verdict == Verdict::appended);
  BOOST_TEST(farm.log(key).starts_with(damaged));
  BOOST_TEST(!file_exists(farm.layout().cut(key)));
}

BOOST_AUTO_TEST_CASE(an_empty_log_is_no_log) {
  farm.set_log(key, "");
  BOOST_TEST(must(log_position(farm.layout(), key)).next == 1U);
  BOOST_TEST(send(3, 4).verdict == Verdict::gap);
  BOOST_TEST(send(1, 7).verdict == Verdict::appended);
}

BOOST_AUTO_TEST_CASE(a_late_replay_of_a_packed_execution_writes_nothing) {
  send(1, 7);
  settle_and_pack();
  const auto before = contents_of(farm.path());
  const Appended replay = send(1, 7);
  BOOST_TEST(replay.verdict == Verdict::already_there);
  BOOST_TEST(replay.closed);
  BOOST_TEST(replay.next == 8U);
  BOOST_TEST((contents_of(farm.path()) == before));
}

// RECHECK and the empty log that an old copy of a POST may leave beside a packed one.
BOOST_AUTO_TEST_CASE(an_empty_log_beside_a_packed_one_goes) {
  send(1, 7);
  settle_and_pack();
  farm.set_log(key, "");
  BOOST_TEST(send(1, 7).closed);
  BOOST_TEST(!file_exists(farm.layout().log(key)));
  farm.set_log(key, "");
  must(remove_file(farm.layout().log(key)));
  BOOST_TEST(must(expire_logs(farm.layout(), {key}, farm.clock().now())) == 1U);
  farm.set_log(key, "");
  BOOST_TEST(send(1, 7).closed);
  BOOST_TEST(!file_exists(farm.layout().log(key)));
}

BOOST_AUTO_TEST_CASE(a_held_lock_is_busy_after_two_seconds_and_not_before_it_is_free) {
  send(1, 2);
  auto held = must(lock_log(farm.layout(), key));
  std::thread release([&] {
    usleep(50000);
    held.reset();
  });
  BOOST_TEST(send(3, 4).verdict == Verdict::appended);
  release.join();
  held = must(lock_log(farm.layout(), key));
  const Batch batch = must(decode_batch(lines(events, 5, 7), 5));
  BOOST_TEST(
      (append_events(farm.layout(), key, {.batch = batch, .receipt = {}}).error().kind == ErrorKind::busy));
}

// Several processes send overlapping parts at once: one log, each event once.
BOOST_AUTO_TEST_CASE(writers_at_once_make_one_log) {
  std::vector<pid_t> children;
  for (int child = 0; child < 4; ++child) {
    const pid_t id = fork();
    if (id == 0) {
      for (std::size_t to = 1; to <= events.size(); ++to) {
        const std::string body = lines(events, 1, to);
        const auto batch = decode_batch(body, 1);
        if (!batch || !append_events(farm.layout(), key,
                                     {.batch = *batch, .receipt = {}, .durability = Durability::write}))
          _exit(1);
      }
      _exit(0);
    }
    children.push_back(id);
  }
  for (const pid_t id : children) {
    int status = 0;
    waitpid(id, &status, 0);
    BOOST_TEST(status == 0);
  }
  BOOST_TEST(plain() == lines(events));
}

BOOST_AUTO_TEST_SUITE_END()

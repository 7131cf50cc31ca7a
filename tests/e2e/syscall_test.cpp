// One POST, and each of its system calls: killed there, failing there, short there. Whatever happens, nothing
// is acknowledged that is not kept, no refusal is the client's fault, and the same POST sent again succeeds.
// The generator's tick likewise. strace(1) injects; a full disk is a real one, of a megabyte.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>

#include "e2e/direct.hpp"
#include "e2e/small_disk.hpp"
#include "schema/codec.hpp"

using namespace testfarm;

namespace e2e_syscall {

struct Fixture {
  DirectFarm farm;
  ClientSecret secret = farm.client("box");
  std::vector<Event> events = small_execution();
  CgiTransport transport{farm.layout().root(), DirectFarm::address, farm.path()};
  FarmApi api{transport, DirectFarm::address, secret, system_clock()};

  Sent post(const ExecutionId& id, std::size_t from, std::size_t to) {
    return api.send_events(id, from, lines(events, from, to), 0);
  }
  Sent post_under(const std::vector<std::string>& before, const ExecutionId& id, std::size_t from,
                  std::size_t to) {
    transport.before = before;
    Sent sent = post(id, from, to);
    transport.before.clear();
    return sent;
  }
  ExecutionKey key(const ExecutionId& id) const { return {secret.id.owner, id}; }
  std::string plain(const ExecutionId& id) const { return plain_log(farm.layout(), key(id)); }

  // System calls of a command, by name, in order.
  std::vector<std::string> calls_of(const std::function<void(const std::vector<std::string>&)>& work) const {
    const Path trace = farm.path() / "trace";
    work({strace, "-qq", "-o", trace.string()});
    return calls_in(must(read_file(trace)));
  }
  std::vector<std::string> injecting(const std::string& what) const {
    return {strace, "-qq", "-o", (farm.path() / "trace").string(), "-e", "inject=" + what};
  }
  // Whether the fault of the last command came to pass.
  bool injected() const {
    return read_file(farm.path() / "trace").value_or("").find("INJECTED") != std::string::npos;
  }

  // What a POST that went wrong somewhere may leave: it was acknowledged and is whole, or it goes on from
  // there.
  void goes_on(const Sent& sent, const ExecutionId& id, std::size_t from, std::size_t to,
               const std::string& where) {
    BOOST_TEST((sent.kind == Sent::Kind::accepted || sent.kind == Sent::Kind::unknown),
               where << ": " << sent.why);
    if (sent.kind == Sent::Kind::accepted)
      BOOST_TEST((plain(id) == lines(events, 1, to)), where << ": acknowledged and not there");
    const Sent again = post(id, from, to);
    BOOST_TEST((again.kind == Sent::Kind::accepted), where << ", then sent again: " << again.why);
    BOOST_TEST((plain(id) == lines(events, 1, to)), where);
  }
  void all_is_well() const {
    farm.generate();
    std::string printed;
    BOOST_TEST(farm.run({"testfarm-admin", "check", farm.layout().root().string()}, &printed) == 0, printed);
  }
};

// Ways of failing that a call may really have.
const std::map<std::string, std::vector<std::string>>& failures() {
  static const std::map<std::string, std::vector<std::string>> all{
      {"openat", {"EIO", "ENOSPC", "EMFILE"}},
      {"write", {"EIO", "ENOSPC", "EDQUOT", "EINTR"}},
      {"fdatasync", {"EIO", "ENOSPC", "EINTR"}},
      {"fsync", {"EIO", "ENOSPC"}},
      {"newfstatat", {"EIO", "EACCES"}},
      {"fcntl", {"EIO", "ENOLCK"}},
      {"pread64", {"EIO", "EINTR"}},
      {"pwrite64", {"EIO", "ENOSPC"}},
      {"ftruncate", {"EIO"}},
      {"mkdir", {"EIO", "ENOSPC"}},
      {"unlink", {"EIO"}},
      {"rename", {"EIO", "ENOSPC"}},
      {"statfs", {"EIO"}},
      {"read", {"EIO", "EINTR"}},
      {"mmap", {"ENOMEM"}},
      {"getdents64", {"EIO"}},
      {"symlink", {"EIO"}},
      {"readlink", {"EIO"}}};
  return all;
}

// Calls `attempt` for each call of the trace that may fail, once and for good.
void each_failure(const std::vector<std::string>& calls, std::size_t stride,
                  const std::function<void(const std::string&)>& attempt) {
  std::map<std::string, std::size_t> seen;
  std::size_t turn = 0;
  for (const auto& call : calls) {
    const std::size_t number = ++seen[call];
    const auto ways = failures().find(call);
    if (ways == failures().end()) continue;
    for (const auto& error : ways->second)
      for (const char* for_good : {"", "+"})
        // No signal comes for ever.
        if ((error != "EINTR" || for_good[0] == '\0') && turn++ % stride == 0)
          attempt(concat(call, ":error=", error, ":when=", number, for_good));
  }
}

std::size_t stride() { return std::getenv("TESTFARM_EVERY_FAULT") == nullptr ? 6 : 1; }

}  // namespace e2e_syscall

BOOST_FIXTURE_TEST_SUITE(e2e_syscall, e2e_syscall::Fixture)

// The first POST makes directories, log and marker; the second finds them.
BOOST_AUTO_TEST_CASE(killed_at_each_system_call) {
  farm.limit("executions_per_day", 100'000);
  std::size_t kills = 0;
  for (const bool first : {true, false}) {
    const ExecutionId traced = ExecutionId::make(system_clock().now());
    if (!first) post(traced, 1, 3);
    const auto calls =
        calls_of([&](const auto& before) { post_under(before, traced, first ? 1 : 4, first ? 3 : 7); });
    BOOST_REQUIRE(calls.size() > 50);
    for (std::size_t n = 1; n <= calls.size(); ++n) {
      const ExecutionId id = ExecutionId::make(system_clock().now());
      if (!first) post(id, 1, 3);
      const Sent sent =
          post_under(injecting(concat("all:signal=KILL:when=", n)), id, first ? 1 : 4, first ? 3 : 7);
      goes_on(sent, id, first ? 1 : 4, first ? 3 : 7, concat("killed at call ", n, ", ", calls[n - 1]));
      ++kills;
    }
  }
  all_is_well();
  std::cout << kills << " system calls of a POST killed at\n";
}

BOOST_AUTO_TEST_CASE(each_call_fails) {
  farm.limit("executions_per_day", 100'000);
  std::size_t faults = 0;
  for (const bool first : {true, false}) {
    const std::size_t from = first ? 1 : 4;
    const std::size_t to = first ? 3 : 7;
    const ExecutionId traced = ExecutionId::make(system_clock().now());
    if (!first) post(traced, 1, 3);
    const auto calls = calls_of([&](const auto& before) { post_under(before, traced, from, to); });
    each_failure(calls, stride(), [&](const std::string& fault) {
      const ExecutionId id = ExecutionId::make(system_clock().now());
      if (!first) post(id, 1, 3);
      const Sent sent = post_under(injecting(fault), id, from, to);
      // A sync that failed acknowledges nothing, whatever was written.
      if (injected() && (fault.starts_with("fdatasync:") || fault.starts_with("fsync:")))
        BOOST_TEST((sent.kind == Sent::Kind::unknown), fault);
      goes_on(sent, id, from, to, fault);
      ++faults;
    });
  }
  all_is_well();
  std::cout << faults << " faults in a POST\n";
}

BOOST_AUTO_TEST_CASE(each_call_of_a_tick_fails) {
  const std::vector<std::string> tick{"testfarm-generate", "--quiet", farm.layout().root().string()};
  farm.generate();
  const auto with_news = [&] {
    ExecutionId id = ExecutionId::make(system_clock().now());
    BOOST_TEST((post(id, 1, 7).kind == Sent::Kind::accepted));
    return id;
  };
  with_news();
  const auto calls = calls_of([&](auto before) {
    before.insert(before.end(), tick.begin(), tick.end());
    farm.run(before);
  });
  std::size_t faults = 0;
  farm.limit("executions_per_day", 100'000);
  each_failure(calls, stride() * 10, [&](const std::string& fault) {
    const ExecutionId id = with_news();
    auto command = injecting(fault);
    command.insert(command.end(), tick.begin(), tick.end());
    farm.run(command);
    std::string printed;
    BOOST_TEST(farm.run(tick, &printed) == 0, fault << ", then: " << printed);
    auto index = must(Index::open(farm.layout(), second_ms));
    BOOST_REQUIRE(index.has_value());
    const auto row = must(index->execution(key(id)));
    BOOST_TEST((row && row->closed), fault);
    ++faults;
  });
  all_is_well();
  std::cout << faults << " faults in a tick\n";
}

// RLIMIT_FSIZE lets a part of the frame through, as a disk does that becomes full in the middle of a write.
BOOST_AUTO_TEST_CASE(short_writes_are_taken_back) {
  const ExecutionId id = ExecutionId::make(system_clock().now());
  BOOST_TEST((post(id, 1, 3).kind == Sent::Kind::accepted));
  const std::string before = must(read_file(farm.layout().log(key(id))));
  for (std::size_t room = 0; room < 540; room += 13) {
    const Sent sent = post_under({"/usr/bin/prlimit", concat("--fsize=", before.size() + room)}, id, 4, 7);
    BOOST_TEST((sent.kind == Sent::Kind::unknown), room << " bytes of room");
    BOOST_TEST(sent.why.find("disk is full") != std::string::npos, sent.why);
    BOOST_TEST(must(read_file(farm.layout().log(key(id)))) == before);
  }
  BOOST_TEST((post(id, 4, 7).kind == Sent::Kind::accepted));
  all_is_well();
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_said_and_survived, *boost::unit_test::precondition(has_small_disk)) {
  DirectFarm small(small_disk());
  const ClientSecret sender = small.client("box");
  CgiTransport cgi{small.layout().root(), DirectFarm::address, farm.path()};
  FarmApi farm_api{cgi, DirectFarm::address, sender, system_clock()};
  small.limit("free_bytes", 0);
  small.limit("free_inodes", 0);
  const ExecutionId id = ExecutionId::make(system_clock().now());
  const auto send = [&](std::size_t number) {
    std::string line = lines(events, 1, 1);
    if (number > 1)
      line = encode_event(
                 {number, 0,
                  Output{.task = 1, .command = 1, .omitted = 0, .text = std::string(15'000, 'x') + '\n'}}) +
             '\n';
    return std::pair{farm_api.send_events(id, number, line, 0), line};
  };
  std::string acknowledged;
  std::size_t next = 1;
  for (; next < 200; ++next) {
    const auto [sent, line] = send(next);
    if (sent.kind != Sent::Kind::accepted) {
      BOOST_TEST((sent.kind == Sent::Kind::unknown), sent.why);
      BOOST_TEST(sent.why.find("disk is full") != std::string::npos, sent.why);
      break;
    }
    acknowledged += line;
  }
  BOOST_TEST(next > 10U);
  BOOST_TEST(next < 200U, "the disk never became full");
  const ExecutionKey sent_key{sender.id.owner, id};
  BOOST_TEST((plain_log(small.layout(), sent_key) == acknowledged));
  // To the last block: what is left over depends on how big the farm's other files happen to be.
  for (std::ofstream rest(small.path() / "rest"); rest; rest.flush()) rest << std::string(512, 'x');
  // Nothing more fits, new executions neither; then somebody frees some space.
  BOOST_TEST((send(next).first.kind == Sent::Kind::unknown));
  BOOST_TEST((farm_api.send_events(ExecutionId::make(system_clock().now()), 1, lines(events), 0).kind ==
              Sent::Kind::unknown));
  std::filesystem::remove(small.path() / "ballast");
  const auto [sent, line] = send(next);
  BOOST_TEST((sent.kind == Sent::Kind::accepted), sent.why);
  BOOST_TEST((plain_log(small.layout(), sent_key) == acknowledged + line));
  // The floor: bulk is refused before the disk is full, and what ends something is taken.
  small.limit("free_bytes", 1 << 30);
  const auto [floored, more] = send(next + 1);
  BOOST_TEST((floored.kind == Sent::Kind::unknown));
  BOOST_TEST(floored.why.find("nearly full") != std::string::npos, floored.why);
  const std::string end = encode_event({next + 1, 0, ExecutionEnded{Outcome::aborted, 1, "enough"}}) + '\n';
  BOOST_TEST((farm_api.send_events(id, next + 1, end, 0).kind == Sent::Kind::accepted));
}

BOOST_AUTO_TEST_SUITE_END()

#include "store/log/frame.hpp"

#include "support/support.hpp"

using namespace testfarm;

namespace store_log_frame {

// A log of three frames of the small execution.
struct Log {
  std::vector<std::string> frames;
  std::string bytes;

  Log() {
    const auto events = small_execution();
    add(1, 4, lines(events, 1, 3), false);
    add(4, 6, lines(events, 4, 5), false);
    add(6, 8, lines(events, 6, 7), true);
  }
  void add(std::uint64_t from, std::uint64_t next, const std::string& text, bool end) {
    frames.push_back(format_frame({.from = from,
                                   .next = next,
                                   .count = next - from,
                                   .bytes = 0,
                                   .crc = 0,
                                   .at = 1000,
                                   .age = 10,
                                   .end = end,
                                   .output = 0,
                                   .key = "p.c.1",
                                   .sig = "sig"},
                                  text));
    bytes += frames.back();
  }
};

struct Read {
  std::vector<std::uint64_t> from;
  std::uint64_t offset = 0;
  std::uint64_t bad_places = 0;
  std::uint64_t bad_bytes = 0;
};

Read read_all(const std::string& bytes) {
  FrameReader reader(reading(bytes), 0, bytes.size());
  Read read;
  while (const auto frame = must(reader.next())) read.from.push_back(frame->header.from);
  read.offset = reader.offset();
  read.bad_places = reader.bad_places();
  read.bad_bytes = reader.bad_bytes();
  return read;
}

}  // namespace store_log_frame

BOOST_AUTO_TEST_SUITE(store_log_frame)

BOOST_AUTO_TEST_CASE(reads_what_it_writes) {
  const Log log;
  const Read read = read_all(log.bytes);
  BOOST_TEST((read.from == std::vector<std::uint64_t>{1, 4, 6}));
  BOOST_TEST(read.offset == log.bytes.size());
  const auto last = must(last_frame(reading(log.bytes), log.bytes.size()));
  BOOST_REQUIRE(last.has_value());
  BOOST_TEST(last->header.end);
  BOOST_TEST(last->end == log.bytes.size());
  BOOST_TEST(last->lines == lines(small_execution(), 6, 7));
}

// A cut is a torn write: what is whole before it counts, the rest is silence.
BOOST_AUTO_TEST_CASE(cut_at_every_byte) {
  const Log log;
  for (std::size_t size = 0; size <= log.bytes.size(); ++size) {
    std::size_t whole = 0;
    std::size_t end = 0;
    while (whole < log.frames.size() && end + log.frames[whole].size() <= size)
      end += log.frames[whole++].size();
    const std::string cut = log.bytes.substr(0, size);
    const Read read = read_all(cut);
    BOOST_TEST_CONTEXT("cut at " << size) {
      BOOST_TEST(read.from.size() == whole);
      BOOST_TEST(read.offset == end);
      BOOST_TEST(read.bad_places == 0U);
      const auto last = must(last_frame(reading(cut), size));
      BOOST_TEST(last.has_value() == (whole > 0));
      if (last) BOOST_TEST(last->end == end);
    }
  }
}

// Every flipped byte is noticed: the frame is gone, the others are not. Damage before a good frame is
// counted.
BOOST_AUTO_TEST_CASE(every_byte_flipped) {
  const Log log;
  for (std::size_t at = 0; at < log.bytes.size(); ++at) {
    std::string damaged = log.bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x01);
    const std::size_t first = log.frames[0].size();
    const std::size_t hit = at < first ? 0 : at < first + log.frames[1].size() ? 1 : 2;
    const Read read = read_all(damaged);
    BOOST_TEST_CONTEXT("flipped " << at) {
      BOOST_TEST(read.from.size() <= 3U);
      // Header members that the checksum does not cover may change and still be a header; the lines may not.
      const bool in_lines = log.bytes.rfind('\n', at == 0 ? 0 : at - 1) != std::string::npos &&
                            damaged.substr(at - (at > 0 ? 1 : 0), 1) != "#" &&
                            at > log.bytes.find('\n', hit == 0   ? 0
                                                      : hit == 1 ? first
                                                                 : first + log.frames[1].size());
      if (in_lines) {
        BOOST_TEST(read.from.size() == 2U);
        BOOST_TEST(read.bad_places == (hit == 2 ? 0U : 1U));
        if (hit != 2) BOOST_TEST(read.bad_bytes == log.frames[hit].size());
        BOOST_TEST(must(last_frame(reading(damaged), damaged.size()))->header.from == (hit == 2 ? 4U : 6U));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(garbage_has_no_frames_and_does_no_harm) {
  for (const std::string& bytes :
       {std::string("\n#{"), std::string("#{}\n"), std::string(100000, '#'), std::string(70000, '\n'),
        std::string("#{\"from\":1,\"next\":2,\"count\":1,\"bytes\":99999999,\"crc\":0,\"at\":0}\nx")}) {
    BOOST_TEST(read_all(bytes).from.empty());
    BOOST_TEST(!must(last_frame(reading(bytes), bytes.size())).has_value());
  }
}

BOOST_AUTO_TEST_CASE(frames_larger_than_the_window_are_whole) {
  Log log;
  std::string text = "{\"n\":8," + std::string(600000, 'x') + "}\n";
  log.add(8, 9, text, false);
  const auto last = must(last_frame(reading(log.bytes), log.bytes.size()));
  BOOST_TEST(last->lines.size() == text.size());
  BOOST_TEST(read_all(log.bytes).from.size() == 4U);
}

BOOST_AUTO_TEST_SUITE_END()

// The log of an execution is a sequence of frames, one per accepted POST:
//
//   #{"from":41,"next":61,"count":20,"bytes":1834,"crc":…,"at":…,"age":…,"end":true,"key":"p.c.1","sig":"…"}\n
//   {"n":41,…}\n … the lines exactly as they were sent
//
// so `grep -v '^#'` is the plain NDJSON. `#{"from":` is always the beginning of a header: no event line can
// hold it, so the next frame is found again after any damage, that of the line end before it included. `crc`
// is CRC-32 of the lines. `at` is the server's clock at receipt and `age` how long ago the execution began by
// the client's monotonic clock, so `at - age` is its start by our clock.
//
// A reader meets two kinds of damage (after leveldb's log_format.md): a *bad tail* (a torn write; the bytes
// after the last good frame) is silence, the next appender sets it aside; a *bad middle* (damage before a
// good frame) is corruption: it is skipped, counted and shown.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace testfarm {

struct FrameHeader {
  std::uint64_t from = 0;
  std::uint64_t next = 0;
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  std::uint32_t crc = 0;
  Millis at = 0;
  Millis age = 0;
  bool end = false;          // the last event ends the execution
  std::uint64_t output = 0;  // bytes of text so far of the command that said something last
  std::string key;           // key id that signed it
  std::string sig;           // the Signature header, so that the log can be audited
};

struct Frame {
  FrameHeader header;
  std::string lines;
  std::uint64_t offset = 0;  // of the header
  std::uint64_t end = 0;     // offset after the last line
};

// Header and lines, ready to append. bytes and crc are computed here.
std::string format_frame(FrameHeader header, std::string_view lines);

// Up to `count` bytes at an offset; fewer only at the end.
using ReadAt = std::function<Result<std::string>(std::uint64_t offset, std::size_t count)>;
ReadAt reading(std::string_view bytes);  // borrows

// Frames from an offset on, in order.
class FrameReader {
 public:
  FrameReader(ReadAt read, std::uint64_t offset, std::uint64_t size)
      : read_(std::move(read)), offset_(offset), size_(size) {}
  // The next good frame, or nothing at the end or before a bad tail.
  Result<std::optional<Frame>> next();
  std::uint64_t offset() const { return offset_; }          // after the last good frame
  std::uint64_t bad_places() const { return bad_places_; }  // damage before good frames, so far
  std::uint64_t bad_bytes() const { return bad_bytes_; }

 private:
  Result<std::string_view> window(std::uint64_t offset, std::size_t count);
  Result<std::optional<Frame>> frame_at(std::uint64_t offset);
  Result<std::optional<std::uint64_t>> next_header(std::uint64_t after);
  ReadAt read_;
  std::uint64_t offset_;
  std::uint64_t size_;
  std::uint64_t bad_places_ = 0;
  std::uint64_t bad_bytes_ = 0;
  std::string buffer_;
  std::uint64_t buffer_offset_ = 0;
};

// The good frame that holds event `number`, or the first one after it; nothing if there is none. Found by
// halving: costs some frames, not the log.
Result<std::optional<Frame>> frame_with(const ReadAt& read, std::uint64_t size, std::uint64_t number);

// The last good frame that ends at or before `size`, found from the end: costs what that frame and the damage
// behind it cost, not what the log does. Nothing if there is none.
Result<std::optional<Frame>> last_frame(const ReadAt& read, std::uint64_t size);

}  // namespace testfarm

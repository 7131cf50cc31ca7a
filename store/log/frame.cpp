#include "store/log/frame.hpp"

#include <algorithm>

#include "base/gzip.hpp"
#include "base/text.hpp"
#include "schema/fields.hpp"
#include "schema/limits.hpp"

namespace testfarm {

namespace {
constexpr std::size_t most_header = 1024;          // bytes of a header with its line end
constexpr std::uint64_t most_lines = 32ULL << 20;  // bytes of one frame: above any body limit
constexpr std::size_t read_ahead = 256 * 1024;
// Never inside an event line: there a quote in a string is escaped, and after one that ends a string comes no
// name.
constexpr std::string_view header_start = "#{\"from\":";
}  // namespace

template <typename Archive>
static void fields(Archive& archive, FrameHeader& header) {
  archive.number("from", header.from, 1, limits::any_number);
  archive.number("next", header.next, 1, limits::any_number);
  archive.number("count", header.count, 1, limits::any_number);
  archive.number("bytes", header.bytes, 1, most_lines);
  archive.number("crc", header.crc, 0, 0xFFFFFFFF);
  archive.number("at", header.at, 0, limits::any_number);
  archive.number("age", header.age, 0, limits::any_number, Need::optional);
  archive.flag("end", header.end);
  archive.number("output", header.output, 0, limits::any_number, Need::optional);
  archive.text("key", header.key, limits::name, TextKind::line, Need::optional);
  archive.text("sig", header.sig, limits::name, TextKind::line, Need::optional);
}

std::string format_frame(FrameHeader header, std::string_view lines) {
  header.bytes = lines.size();
  header.crc = crc32_of(lines);
  return concat('#', encode_message(header), '\n', lines);
}

ReadAt reading(std::string_view bytes) {
  return [bytes](std::uint64_t offset, std::size_t count) -> Result<std::string> {
    return std::string(bytes.substr(std::min<std::uint64_t>(offset, bytes.size()), count));
  };
}

Result<std::string_view> FrameReader::window(std::uint64_t offset, std::size_t count) {
  count = static_cast<std::size_t>(std::min<std::uint64_t>(count, offset < size_ ? size_ - offset : 0));
  if (offset < buffer_offset_ || offset + count > buffer_offset_ + buffer_.size()) {
    const auto most =
        static_cast<std::size_t>(std::min<std::uint64_t>(std::max(count, read_ahead), size_ - offset));
    TRY_SET(buffer_, read_(offset, most));
    buffer_offset_ = offset;
  }
  return std::string_view(buffer_).substr(static_cast<std::size_t>(offset - buffer_offset_), count);
}

namespace {

// A header with its line end, and where its lines begin.
struct HeaderAt {
  FrameHeader header;
  std::size_t lines_at;
};
std::optional<HeaderAt> header_in(std::string_view bytes) {
  const auto line_end = bytes.substr(0, most_header).find('\n');
  if (!bytes.starts_with(header_start) || line_end == std::string_view::npos) return std::nullopt;
  auto header = decode_message<FrameHeader>(bytes.substr(1, line_end - 1));
  if (!header) return std::nullopt;
  return HeaderAt{*std::move(header), line_end + 1};
}

bool fits(const FrameHeader& header, std::string_view lines) {
  return lines.size() == header.bytes && crc32_of(lines) == header.crc;
}

// The frame at the start of bytes that are all there; its place is relative to them.
std::optional<Frame> frame_in(std::string_view bytes) {
  auto found = header_in(bytes);
  if (!found || found->header.bytes > bytes.size() - found->lines_at) return std::nullopt;
  const std::string_view lines = bytes.substr(found->lines_at, static_cast<std::size_t>(found->header.bytes));
  if (!fits(found->header, lines)) return std::nullopt;
  return Frame{.header = std::move(found->header),
               .lines = std::string(lines),
               .offset = 0,
               .end = found->lines_at + lines.size()};
}

}  // namespace

Result<std::optional<Frame>> FrameReader::frame_at(std::uint64_t offset) {
  TRY_SET(const std::string_view start, window(offset, most_header));
  auto found = header_in(start);
  const std::uint64_t lines_at = found ? offset + found->lines_at : size_;
  if (!found || found->header.bytes > size_ - lines_at) return std::optional<Frame>{};
  TRY_SET(const std::string_view lines, window(lines_at, static_cast<std::size_t>(found->header.bytes)));
  if (!fits(found->header, lines)) return std::optional<Frame>{};
  return Frame{.header = std::move(found->header),
               .lines = std::string(lines),
               .offset = offset,
               .end = lines_at + lines.size()};
}

Result<std::optional<std::uint64_t>> FrameReader::next_header(std::uint64_t after) {
  for (++after; after + header_start.size() < size_;) {
    TRY_SET(const std::string_view bytes, window(after, read_ahead));
    const auto found = bytes.find(header_start);
    if (found != std::string_view::npos) return std::optional(after + found);
    if (bytes.size() < read_ahead) break;
    after += bytes.size() - header_start.size();  // the mark may lie across two windows
  }
  return std::optional<std::uint64_t>{};
}

Result<std::optional<Frame>> FrameReader::next() {
  std::uint64_t at = offset_;
  while (at < size_) {
    TRY_SET(auto frame, frame_at(at));
    if (frame) {
      if (at != offset_) {
        ++bad_places_;
        bad_bytes_ += at - offset_;
      }
      offset_ = frame->end;
      return frame;
    }
    TRY_SET(const auto header, next_header(at));
    if (!header) break;
    at = *header;
  }
  return std::optional<Frame>{};
}

Result<std::optional<Frame>> frame_with(const ReadAt& read, std::uint64_t size, std::uint64_t number) {
  // Frames that begin before `from` end at or before the event; those that begin at or after `to` do not.
  std::uint64_t from = 0;
  std::uint64_t to = size;
  while (to - from > read_ahead) {
    const std::uint64_t middle = from + (to - from) / 2;
    FrameReader reader(read, middle, to);
    TRY_SET(const auto frame, reader.next());
    if (frame && frame->header.next <= number)
      from = frame->end;
    else
      to = middle;
  }
  FrameReader reader(read, from, size);
  for (;;) {
    TRY_SET(auto frame, reader.next());
    if (!frame || frame->header.next > number) return frame;
  }
}

Result<std::optional<Frame>> last_frame(const ReadAt& read, std::uint64_t size) {
  std::string tail;  // bytes from `start` to `size`
  std::uint64_t start = size;
  std::size_t step = 4 * 1024;
  std::size_t searched = 0;  // bytes at the end of `tail` in which every candidate turned out to be no frame
  for (;;) {
    const std::size_t before = tail.size() - searched;
    const std::size_t at = before == 0 ? std::string::npos : tail.rfind(header_start, before - 1);
    if (at != std::string::npos) {
      searched = tail.size() - at;
      auto frame = frame_in(std::string_view(tail).substr(at));
      if (!frame) continue;
      frame->offset += start + at;
      frame->end += start + at;
      return frame;
    }
    if (start == 0) return std::optional<Frame>{};
    const auto more = static_cast<std::size_t>(std::min<std::uint64_t>(step, start));
    TRY_SET(std::string piece, read(start - more, more));
    start -= more;
    piece += tail;
    tail = std::move(piece);
    step *= 2;
  }
}

}  // namespace testfarm

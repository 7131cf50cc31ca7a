#include "base/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace testfarm {
namespace {

// How the bytes at the start of a text read: `length` of them form a character (good), a bad part, or the
// beginning of a character whose rest is missing (cut).
struct Decoded {
  enum { good, bad, cut } kind;
  std::size_t length;
};

Decoded decoded(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {Decoded::good, 1};
  std::size_t length = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF)
    length = 2;
  else if ((lead & 0xF0) == 0xE0)
    length = 3;
  else if (lead >= 0xF0 && lead <= 0xF4)
    length = 4;
  else
    return {Decoded::bad, 1};
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (std::size_t i = 1; i < length; ++i) {
    if (i == text.size()) return {Decoded::cut, i};
    if (byte(i) < low || byte(i) > high) return {Decoded::bad, i};
    low = 0x80;
    high = 0xBF;
  }
  return {Decoded::good, length};
}

constexpr std::string_view replacement = "\xEF\xBF\xBD";

}  // namespace

bool is_utf8(std::string_view text) {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  while (!text.empty()) {
    // Eight bytes of ASCII at a time: nearly all of what is ever looked at.
    std::uint64_t eight = 0;
    while (text.size() >= sizeof eight &&
           (std::memcpy(&eight, text.data(), sizeof eight), (eight & high_bits) == 0))
      text.remove_prefix(sizeof eight);
    if (text.empty()) break;
    const Decoded next = decoded(text);
    if (next.kind != Decoded::good) return false;
    text.remove_prefix(next.length);
  }
  return true;
}

std::string Utf8Repair::feed(std::string_view piece) {
  std::string joined;
  if (!held_.empty()) {
    joined = std::move(held_);
    held_.clear();
    joined += piece;
    piece = joined;
  }
  std::string text;
  text.reserve(piece.size());
  while (!piece.empty()) {
    const Decoded next = decoded(piece);
    if (next.kind == Decoded::cut) {
      held_ = piece;
      break;
    }
    text += next.kind == Decoded::good ? piece.substr(0, next.length) : replacement;
    piece.remove_prefix(next.length);
  }
  return text;
}

std::string Utf8Repair::finish() {
  const bool cut = !held_.empty();
  held_.clear();
  return cut ? std::string(replacement) : std::string();
}

std::string repaired_utf8(std::string_view bytes) {
  Utf8Repair repair;
  std::string text = repair.feed(bytes);
  return text + repair.finish();
}

std::string_view utf8_prefix(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return text.substr(0, most);
}

}  // namespace testfarm

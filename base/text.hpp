// Small things done to text.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace testfarm {

namespace text_detail {
inline void append(std::string& to, std::string_view part) { to += part; }
inline void append(std::string& to, char part) { to += part; }
template <typename Number>
requires std::is_arithmetic_v<Number>
void append(std::string& to, Number part) { to += std::to_string(part); }
}  // namespace text_detail

// concat("a", 1, x): the parts, one after the other.
template <typename... Parts>
std::string concat(const Parts&... parts) {
  std::string joined;
  (text_detail::append(joined, parts), ...);
  return joined;
}

std::string_view trim(std::string_view text);
// The parts are views: of a text that is about to end there would be none.
std::vector<std::string_view> split(std::string_view text, char separator);
template <std::same_as<std::string> Temporary>
std::vector<std::string_view> split(Temporary&& text, char separator) = delete;
// The lines of a text without their ends; a last line without an end counts too.
std::vector<std::string_view> split_lines(std::string_view text);
template <std::same_as<std::string> Temporary>
std::vector<std::string_view> split_lines(Temporary&& text) = delete;

// Whole text as a number, or nothing: no sign for unsigned, no blanks, no overflow, no NaN or infinity.
std::optional<std::uint64_t> to_unsigned(std::string_view text);
std::optional<std::int64_t> to_signed(std::string_view text);
std::optional<double> to_double(std::string_view text);

// "45m", "1h30m", "90s", "0" → seconds. Nothing for anything else: a number without a unit may have meant
// days.
std::optional<std::int64_t> to_seconds(std::string_view text);
// The same, backwards, in the largest unit that says it exactly: 600 → "10m".
std::string duration_words(std::int64_t seconds);

// "500M", "2G", "64K", "100" → bytes, by 1024. Nothing for anything else.
std::optional<std::uint64_t> to_bytes(std::string_view text);

// The one of `names` that somebody who typed `word` may have meant; empty where none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& names);

// The text as one printable line for a message: control and broken characters escaped, cut after `most`
// bytes.
std::string in_quotes(std::string_view text, std::size_t most = 60);

// As one word of a POSIX shell, whatever is in it.
std::string in_shell_quotes(std::string_view text);

// A to Z only.
std::string to_lower(std::string_view text);

// "1 client", "3 clients".
std::string counted(std::uint64_t count, std::string_view noun);

}  // namespace testfarm

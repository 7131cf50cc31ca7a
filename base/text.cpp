#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace testfarm {

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n\f\v";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string_view> split_lines(std::string_view text) {
  auto lines = split(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  return lines;
}

namespace {
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return number;
}
}  // namespace

std::optional<std::uint64_t> to_unsigned(std::string_view text) { return parse_number<std::uint64_t>(text); }
std::optional<std::int64_t> to_signed(std::string_view text) { return parse_number<std::int64_t>(text); }

std::optional<double> to_double(std::string_view text) {
  const auto number = parse_number<double>(text);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

std::optional<std::int64_t> to_seconds(std::string_view text) {
  std::int64_t total = 0;
  if (text.empty()) return std::nullopt;
  if (text == "0") return 0;
  while (!text.empty()) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = to_unsigned(text.substr(0, digits));
    if (!number || *number > 1'000'000'000) return std::nullopt;
    text.remove_prefix(digits);
    std::int64_t unit = 0;
    switch (text.empty() ? '\0' : text.front()) {
      case 's': unit = 1; break;
      case 'm': unit = 60; break;
      case 'h': unit = 3600; break;
      case 'd': unit = 86400; break;
      default: return std::nullopt;
    }
    text.remove_prefix(1);
    total += static_cast<std::int64_t>(*number) * unit;
  }
  return total;
}

std::string duration_words(std::int64_t seconds) {
  if (seconds == 0) return "0";
  if (seconds % 86400 == 0) return concat(seconds / 86400, 'd');
  if (seconds % 3600 == 0) return concat(seconds / 3600, 'h');
  if (seconds % 60 == 0) return concat(seconds / 60, 'm');
  return concat(seconds, 's');
}

std::optional<std::uint64_t> to_bytes(std::string_view text) {
  constexpr std::string_view units = "KMGT";
  const auto unit = text.empty() ? std::string_view::npos : units.find(text.back());
  const bool plain = unit == std::string_view::npos;
  const auto number = to_unsigned(plain ? text : text.substr(0, text.size() - 1));
  if (!number || *number > (std::uint64_t{1} << 20)) return plain ? number : std::nullopt;
  return plain ? *number : *number << (10 * (unit + 1));
}

namespace {

// Edit distance of Damerau and Levenshtein, neighbours swapped counted once (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> steps(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        steps[i][j] = i + j;
        continue;
      }
      const std::size_t change = steps[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      steps[i][j] = std::min({steps[i - 1][j] + 1, steps[i][j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        steps[i][j] = std::min(steps[i][j], steps[i - 2][j - 2] + 1);
    }
  return steps[a.size()][b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& names) {
  std::string best;
  // A third of the letters may be wrong.
  std::size_t least = word.size() / 3 + 1;
  if (word.size() > 64) return best;
  for (const std::string& name : names)
    if (const std::size_t steps = distance(word, name);
        steps < least + (best.empty() ? 1 : 0) && steps < name.size()) {
      best = name;
      least = steps;
    }
  return best;
}

std::string in_quotes(std::string_view text, std::size_t most) {
  constexpr char hex[] = "0123456789abcdef";
  std::string line = "'";
  for (const char c : text.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f) {
      line += "\\x";
      line += hex[byte >> 4];
      line += hex[byte & 15];
    } else {
      line += c;
    }
  }
  line += text.size() > most ? "…'" : "'";
  return line;
}

std::string in_shell_quotes(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return concat(count, ' ', noun, count == 1 ? "" : "s");
}

}  // namespace testfarm

#include "base/terminal_text.hpp"

#include <algorithm>
#include <array>

namespace testfarm {
namespace {

constexpr char escape = '\x1b';

unsigned byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

bool is_control(unsigned byte) { return (byte < 0x20 && byte != '\t') || byte == 0x7f; }
bool is_c1(std::string_view text, std::size_t at) {
  return byte_at(text, at) == 0xC2 && byte_at(text, at + 1) >= 0x80 && byte_at(text, at + 1) <= 0x9F;
}

// A control sequence at the start of a text: its length, and its parameters if it is SGR.
struct Sequence {
  std::size_t length;
  std::string_view sgr;
  bool is_sgr = false;
};

// From the byte behind the introducer.
Sequence control_sequence(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && (text[end] < 0x40 || text[end] > 0x7e)) ++end;
  if (end == text.size()) return {text.size(), {}};
  return {end + 1, text.substr(from, end - from), text[end] == 'm'};
}

// A string up to BEL or ST; one without an end takes no more than its line.
Sequence control_string(std::string_view text, std::size_t from) {
  for (std::size_t at = from; at < text.size(); ++at) {
    if (text[at] == '\x07') return {at + 1, {}};
    if (text[at] == escape) return {byte_at(text, at + 1) == '\\' ? at + 2 : at, {}};
    if (is_c1(text, at) && byte_at(text, at + 1) == 0x9C) return {at + 2, {}};
  }
  return {text.size(), {}};
}

constexpr std::string_view string_introducers = "]P^_X";

// At ESC or a C1 control, which is ESC and the character 0x40 below.
Sequence sequence_at(std::string_view text) {
  const bool c1 = text.front() != escape;
  // Before a character of several bytes it is no sequence: that one stays whole.
  if (!c1 && (text.size() < 2 || byte_at(text, 1) >= 0x80)) return {1, {}};
  const char introducer = static_cast<char>(c1 ? byte_at(text, 1) - 0x40 : byte_at(text, 1));
  if (introducer == '[') return control_sequence(text, 2);
  if (string_introducers.find(introducer) != std::string_view::npos) return control_string(text, 2);
  return {2, {}};
}

// ---- colours

constexpr std::array<int, 6> levels{0, 95, 135, 175, 215, 255};
constexpr std::array<Rgb, 8> basic{{{0, 0, 0},
                                    {205, 0, 0},
                                    {0, 205, 0},
                                    {205, 205, 0},
                                    {0, 0, 238},
                                    {205, 0, 205},
                                    {0, 205, 205},
                                    {229, 229, 229}}};

int distance(const Rgb& a, const Rgb& b) {
  const auto square = [](int x) { return x * x; };
  return square(a.red - b.red) + square(a.green - b.green) + square(a.blue - b.blue);
}

// The parameters of one sequence, as many as anybody writes. An empty one is 0; one that is no number, 999.
struct Parameters {
  std::array<int, 32> numbers{};
  std::size_t count = 0;

  explicit Parameters(std::string_view text) {
    int number = 0;
    for (const char c : text) {
      // Colons separate what belongs to one colour (ISO 8613-6); most programs write semicolons.
      if (c == ';' || c == ':') {
        add(number);
        number = 0;
      } else {
        number = c >= '0' && c <= '9' && number < 900 ? number * 10 + (c - '0') : 999;
      }
    }
    add(number);
  }
  int at(std::size_t i) const { return i < count ? numbers[i] : 999; }

 private:
  void add(int number) {
    if (count < numbers.size()) numbers[count++] = number;
  }
};

// The colour after 38 or 48, and how many parameters it took; -1 for one that is none.
std::int16_t extended_colour(const Parameters& parts, std::size_t& at) {
  const auto number = [&](std::size_t i) { return parts.at(i); };
  if (number(at + 1) == 5) {
    at += 2;
    return number(at) < 256 ? static_cast<std::int16_t>(number(at)) : std::int16_t{-1};
  }
  if (number(at + 1) != 2) return -1;
  const Rgb colour{number(at + 2), number(at + 3), number(at + 4)};
  at += 4;
  if (std::max({colour.red, colour.green, colour.blue}) > 255) return -1;
  return static_cast<std::int16_t>(nearest_colour(colour, 16, 256));
}

void apply_code(AnsiStyle& style, const Parameters& parts, std::size_t& at) {
  const int code = parts.at(at);
  const auto as_colour = [&](int base) { return static_cast<std::int16_t>(code - base); };
  switch (code) {
    case 0: style = {}; return;
    case 1: style.bold = true; return;
    case 2: style.faint = true; return;
    case 3: style.italic = true; return;
    case 4: style.underline = true; return;
    case 7: style.inverse = true; return;
    case 22: style.bold = style.faint = false; return;
    case 23: style.italic = false; return;
    case 24: style.underline = false; return;
    case 27: style.inverse = false; return;
    case 38: style.colour = extended_colour(parts, at); return;
    case 39: style.colour = -1; return;
    case 48: style.background = extended_colour(parts, at); return;
    case 49: style.background = -1; return;
    default: break;
  }
  if (code >= 30 && code <= 37) style.colour = as_colour(30);
  if (code >= 90 && code <= 97) style.colour = as_colour(82);
  if (code >= 40 && code <= 47) style.background = as_colour(40);
  if (code >= 100 && code <= 107) style.background = as_colour(92);
}

void apply_sgr(AnsiStyle& style, std::string_view text) {
  const Parameters parts(text);
  for (std::size_t i = 0; i < parts.count; ++i) apply_code(style, parts, i);
}

// What control characters and sequences begin with, and C1's first byte.
constexpr auto notable = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < 0x20; ++i) table[i] = i != '\t';
  table[0x7f] = table[0xC2] = true;
  return table;
}();

}  // namespace

Rgb palette_colour(int number) {
  if (number < 16) return basic[static_cast<std::size_t>(number % 8)];
  if (number >= 232) return {8 + 10 * (number - 232), 8 + 10 * (number - 232), 8 + 10 * (number - 232)};
  const auto level = [&](int step) { return levels[static_cast<std::size_t>((number - 16) / step % 6)]; };
  return {level(36), level(6), level(1)};
}

int nearest_colour(const Rgb& colour, int from, int to) {
  int best = from;
  for (int i = from; i < to; ++i)
    if (distance(palette_colour(i), colour) < distance(palette_colour(best), colour)) best = i;
  return best;
}

bool is_plain(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i)
    if (notable[byte_at(line, i)] && (byte_at(line, i) != 0xC2 || is_c1(line, i))) return false;
  return true;
}

std::string_view next_run(std::string_view& line, AnsiStyle& style) {
  while (!line.empty()) {
    if (line.front() == escape || is_c1(line, 0)) {
      const Sequence sequence = sequence_at(line);
      if (sequence.is_sgr) apply_sgr(style, sequence.sgr);
      line.remove_prefix(std::min(sequence.length, line.size()));
      continue;
    }
    std::size_t end = 0;
    while (end < line.size() &&
           !(notable[byte_at(line, end)] && (is_control(byte_at(line, end)) || is_c1(line, end))))
      ++end;
    if (end > 0) {
      const std::string_view run = line.substr(0, end);
      line.remove_prefix(end);
      return run;
    }
    line.remove_prefix(1);
  }
  return {};
}

std::string_view settled(std::string_view line, AnsiStyle& style) {
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const auto last = line.rfind('\r');
  if (last == std::string_view::npos) return line;
  std::string_view before = line.substr(0, last);
  while (!next_run(before, style).empty()) {
  }
  return line.substr(last + 1);
}

std::string plain_line(std::string_view line) {
  AnsiStyle style;
  std::string plain;
  std::string_view rest = settled(line, style);
  for (std::string_view run = next_run(rest, style); !run.empty(); run = next_run(rest, style)) plain += run;
  return plain;
}

}  // namespace testfarm

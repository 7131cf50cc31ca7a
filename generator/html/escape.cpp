#include "generator/html/escape.hpp"

#include <array>

namespace testfarm {
namespace {

// What cannot be copied as it is: what HTML would take for markup, controls, and the first byte of those that
// reverse or that are no characters.
constexpr auto special = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < 0x20; ++i) table[i] = i != '\n' && i != '\t';
  for (const char c : {'&', '<', '>', '"', '\'', '\x7f'}) table[static_cast<unsigned char>(c)] = true;
  table[0xE2] = true;
  table[0xEF] = true;
  return table;
}();

// Three bytes from U+202A to U+202E or from U+2066 to U+2069.
bool reverses(std::string_view text) {
  if (text.size() < 3) return false;
  const auto second = static_cast<unsigned char>(text[1]);
  const auto third = static_cast<unsigned char>(text[2]);
  return (second == 0x80 && third >= 0xAA && third <= 0xAE) ||
         (second == 0x81 && third >= 0xA6 && third <= 0xA9);
}

// U+FFFE and U+FFFF, which XML does not allow (XML 1.0, 2.2), though they are valid UTF-8.
bool is_noncharacter(std::string_view text) {
  return text.size() >= 3 && text[1] == '\xBF' && (text[2] == '\xBE' || text[2] == '\xBF');
}

}  // namespace

void append_escaped(std::string& html, std::string_view text) {
  std::size_t copied = 0;
  const auto replace = [&](std::size_t at, std::size_t length, std::string_view by) {
    html.append(text.substr(copied, at - copied));
    html += by;
    copied = at + length;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!special[static_cast<unsigned char>(text[i])]) continue;
    switch (text[i]) {
      case '&': replace(i, 1, "&amp;"); break;
      case '<': replace(i, 1, "&lt;"); break;
      case '>': replace(i, 1, "&gt;"); break;
      case '"': replace(i, 1, "&quot;"); break;
      case '\'': replace(i, 1, "&#39;"); break;
      case '\xE2':
        if (reverses(text.substr(i))) replace(i, 3, "\xEF\xBF\xBD");
        break;
      case '\xEF':
        if (is_noncharacter(text.substr(i))) replace(i, 3, "\xEF\xBF\xBD");
        break;
      default: replace(i, 1, "\xEF\xBF\xBD");
    }
  }
  html.append(text.substr(copied));
}

std::string escaped(std::string_view text) {
  std::string html;
  html.reserve(text.size() + text.size() / 8);
  append_escaped(html, text);
  return html;
}

}  // namespace testfarm

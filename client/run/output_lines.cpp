#include "client/run/output_lines.hpp"

#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr std::size_t block = 1 << 18;
constexpr std::size_t longest = 64 * 1024;

void use_line(std::string_view line, const std::function<void(std::string_view)>& use) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  line = line.substr(0, longest);
  if (line.find('\x1b') == std::string_view::npos)
    use(line);
  else
    use(without_colours(line));
}

}  // namespace

std::string without_colours(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\x1b') {
      plain += text[i];
      continue;
    }
    // CSI: parameters up to a letter; anything else is two characters long.
    if (i + 1 < text.size() && text[i + 1] == '[') ++i;
    ++i;
    while (i < text.size() && (static_cast<unsigned char>(text[i]) < '@' || text[i] > '~')) ++i;
  }
  return plain;
}

Status for_each_line(const Path& output, const std::function<void(std::string_view)>& use) {
  TRY_SET(const Fd file, open_file(output, Open::read));
  std::string rest;
  for (std::uint64_t offset = 0;;) {
    TRY_SET(const std::string bytes, read_at(file, offset, block, output));
    if (bytes.empty()) break;
    offset += bytes.size();
    std::string_view text = bytes;
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      rest += text.substr(0, end);
      use_line(rest, use);
      rest.clear();
      text.remove_prefix(end + 1);
    }
    if (rest.size() < longest) rest += text;
  }
  if (!rest.empty()) use_line(rest, use);
  return {};
}

}  // namespace testfarm

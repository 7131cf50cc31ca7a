#include "client/sources/source.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "schema/limits.hpp"

namespace testfarm {

Result<std::vector<std::string>> Source::steps(const std::string& previous, const std::string& tip) {
  return previous == tip ? std::vector<std::string>{} : std::vector<std::string>{tip};
}

Repository bare_description(const RepositoryDefinition& definition, const std::string& previous,
                            const std::string& revision) {
  return {.name = clean_line(definition.name, limits::name),
          .url = clean_line(without_password(definition.url), limits::url),
          .revision = revision,
          .previous = previous,
          .changes_omitted = 0};
}

std::string without_password(const std::string& url) {
  const auto start = url.find("://");
  if (start == std::string::npos) return url;
  const auto at = url.substr(0, url.find('/', start + 3)).rfind('@');
  const bool secret = at != std::string::npos && url.substr(0, at).find(':', start + 3) != std::string::npos;
  return secret ? url.substr(0, start + 3) + url.substr(at + 1) : url;
}

std::string clean_line(std::string_view text, std::size_t most) {
  std::string line = repaired_utf8(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; },
      ' ');
  return std::string(utf8_prefix(line, most));
}

std::string clean_text(std::string_view text, std::size_t most) {
  std::string clean = repaired_utf8(text);
  std::erase_if(clean, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
  });
  return std::string(utf8_prefix(trim(clean), most));
}

}  // namespace testfarm

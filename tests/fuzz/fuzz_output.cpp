// Any bytes as command output: no markup but ours comes out, and no half character.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/utf8.hpp"
#include "generator/html/output_html.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto output = testfarm::output_html(input, "t1c1l", {.most = 100, .from_error = true});
  for (std::size_t at = output.html.find('<'); at != std::string::npos; at = output.html.find('<', at + 1)) {
    const std::string_view tag = std::string_view(output.html).substr(at);
    bool ours = false;
    for (const char* start :
         {"<span", "</span>", "<a href=\"#t1c1l", "</a>", "<b class=\"", "</b>", "<i>… ", "</i>"})
      ours = ours || tag.starts_with(start);
    if (!ours) std::abort();
  }
  const std::string plain = testfarm::plain_output(input);
  if (testfarm::is_utf8(input) &&
      !(testfarm::is_utf8(plain) && testfarm::is_utf8(output.html) && testfarm::is_utf8(output.first_error)))
    std::abort();
  return 0;
}

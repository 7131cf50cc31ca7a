#include "admin/htaccess.hpp"

#include <ostream>

#include "apache/htaccess.cgi.hpp"
#include "apache/htaccess.fcgid.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {
constexpr std::string_view directive = "RewriteBase ";
}  // namespace

std::string rewrite_base(const FarmConfig& farm) { return farm.base_path() + '/'; }

std::optional<std::string> rewrite_base_in(std::string_view text) {
  std::optional<std::string> base;
  for (const std::string_view line : split_lines(text))
    if (const std::string_view words = trim(line); words.starts_with(directive))
      base = std::string(trim(words.substr(directive.size())));  // the last one counts
  return base;
}

Status write_htaccess(const Layout& layout, Runs how, std::ostream& out) {
  TRY_SET(const FarmConfig farm, read_farm_config(layout));
  const std::string_view text = how == Runs::cgi ? embedded::htaccess_cgi : embedded::htaccess_fcgid;
  for (const std::string_view line : split_lines(text)) {
    if (line.find("# CHANGE, if the farm is below a path") != std::string_view::npos) continue;
    if (line.starts_with(directive))
      out << directive << rewrite_base(farm) << '\n';
    else
      out << line << '\n';
  }
  return {};
}

}  // namespace testfarm

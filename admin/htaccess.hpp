// The .htaccess of a shared host, as this farm needs it (apache/htaccess.fcgid and .cgi are its text).
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "store/farm_config.hpp"
#include "store/layout.hpp"

namespace testfarm {

enum class Runs : unsigned char { fcgid, cgi };

// To `out`, with the RewriteBase of the farm's base_url.
Status write_htaccess(const Layout& layout, Runs how, std::ostream& out);

// What RewriteBase must be for a farm: "/" or "/farm/".
std::string rewrite_base(const FarmConfig& farm);
// What a text of .htaccess says; nothing where it has none.
std::optional<std::string> rewrite_base_in(std::string_view text);

}  // namespace testfarm

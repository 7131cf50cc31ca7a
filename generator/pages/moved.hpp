// A small page at an address of before, with a link to that of now.
#pragma once

#include <string>

#include "store/farm_config.hpp"

namespace testfarm {

// Both are paths in the site; the page is at `from`.
std::string moved_page(const FarmConfig& farm, const std::string& from, const std::string& to);

}  // namespace testfarm

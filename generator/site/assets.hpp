// Files that every site has, and the parts that all pages share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace testfarm {

struct Asset {
  std::string path;
  std::string_view bytes;
};
std::vector<Asset> site_assets();

// Changes when a template, the style sheet or a script does: then every page is written anew.
std::string design_version();

}  // namespace testfarm

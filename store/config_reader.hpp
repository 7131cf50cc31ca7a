// What the readers of farm.toml, project.toml and client.toml share.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"
#include "base/toml.hpp"

namespace testfarm {

// A text inside quotes of TOML.
std::string toml_quoted(std::string_view text);
// http or https, and nothing in it that an address may not have.
bool is_web_address(std::string_view url);
// A file that may be missing; `read` takes what it wants from it. bad_input with all mistakes at once.
Status read_optional_toml(const Path& path,
                          const std::function<void(toml_file::Reader&, std::vector<std::string>&)>& read);

}  // namespace testfarm

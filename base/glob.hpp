// Patterns as people know them from shells and .gitignore.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"

namespace testfarm {

// * and ? stand for anything but a slash, ** for anything, [a-c] for one of these.
bool glob_matches(std::string_view pattern, std::string_view text);
bool any_glob_matches(const std::vector<std::string>& patterns, std::string_view text);

// The files that match, sorted; a relative pattern begins at `directory`. At most `most`.
Result<std::vector<Path>> files_matching(const Path& directory, const std::string& pattern, std::size_t most);

}  // namespace testfarm

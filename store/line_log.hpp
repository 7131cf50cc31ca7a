// Small logs of lines that are read whole: client.jsonl, retired.jsonl.
#pragma once

#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/result.hpp"

namespace testfarm {

// Appends whole lines to the locked file, whose text is `text`, and syncs. A torn last line stays alone on
// its line. Where that fails the file is as it was.
Status append_lines(const Fd& file, const Path& path, std::string_view text, std::string lines);

}  // namespace testfarm

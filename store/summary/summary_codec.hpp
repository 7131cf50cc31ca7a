// A summary as text: JSON, in summaries.jsonl and in the index.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/summary/summary.hpp"

namespace testfarm {

std::string encode(const Summary& summary);
Result<Summary> decode_summary(std::string_view text);

// The changes told, by themselves: they are many and seldom asked for. `put_changes` gives them back to a
// summary that was decoded without them.
std::string take_changes(Summary& summary);
Status put_changes(Summary& summary, std::string_view text);

}  // namespace testfarm

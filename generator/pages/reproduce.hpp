// How to do again what an execution did, as a script to read and to run: clone, check-out, its commands up to
// the one that failed.
//
// All of it is others' text. Each value stands in single quotes, or alone behind "# " without line ends,
// control and bidirectional characters; nothing of it is ever between the two. The commands are run by eval
// out of such quotes: the first line of the script says whose they are.
#pragma once

#include <string>
#include <string_view>

#include "schema/ids.hpp"
#include "store/log/execution_document.hpp"

namespace testfarm {

// Empty for an execution that has no command that failed, or whose log is not whole.
std::string reproduce_script(const ExecutionKey& key, const ExecutionDocument& document);

// 'it'\''s', whatever is in it but NUL, which no shell can hold and which is left out.
std::string shell_quoted(std::string_view text);
// One line of a comment.
std::string shell_comment(std::string_view text);

}  // namespace testfarm

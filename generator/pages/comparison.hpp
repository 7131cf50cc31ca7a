// A failed execution beside the one of the same client and branch that passed last: what its output says that
// the other did not, and which facts of the machine changed in between, for then the machine may be to blame.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/new_lines.hpp"
#include "base/result.hpp"
#include "generator/html/fields.hpp"
#include "store/index/index.hpp"
#include "store/layout.hpp"
#include "store/log/execution_document.hpp"

namespace testfarm {

struct ChangedFact {
  std::string name;
  std::string before, now;  // either may be empty: not told
};

struct Comparison {
  ExecutionHeader passed;  // what it is compared with
  bool expired = false;    // the log of one of the two: then `news` is empty
  bool compared = false;   // there was output of a command that failed
  NewLines news;           // of the command and tests that failed, against all output of the other
  std::vector<ChangedFact> facts;
};

// `passed`: what passed last before it. Nothing where it has not failed, or there is none.
Result<std::optional<Comparison>> compare_with_passed(const Layout& layout, Index& index,
                                                      const ExecutionRow& failed,
                                                      const ExecutionDocument* document,
                                                      const std::optional<ExecutionHeader>& passed);

// {passed, lines, none, before, after, part, gone, any_facts, facts}.
Fields comparison_fields(const Comparison& comparison, const std::string& up);

}  // namespace testfarm

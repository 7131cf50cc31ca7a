// What a definition that can be read may still have wrong: told by `testfarm check`, before an execution
// meets it.
#pragma once

#include <string>
#include <vector>

#include "client/definition/definition.hpp"

namespace testfarm {

struct Advice {
  bool bad = false;  // as it stands it cannot work; else a hint
  std::string text;  // what, where, and the remedy
};

// Looks at the definition and at the programs of this machine, asks nobody.
std::vector<Advice> advice_on(const Definition& definition);

}  // namespace testfarm

// What a [matrix] says: its axes and the combinations of their values. For client/definition/matrix.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/toml.hpp"

namespace testfarm {

struct AxisValue {
  std::string name;
  std::map<std::string, std::string> members;  // of a value that is a table, with its name
  toml_file::Value at;                         // where it stands
};

struct Combinations {
  std::vector<std::string> axes;
  std::vector<std::vector<AxisValue>> all;  // each with as many values as there are axes
};

// What stands for a value in a client's name: "g++ 12.2" → "g-12-2".
std::string slug_of(std::string_view text);

// `order`: of the axes in a combination; those that it does not name come last. Mistakes go to `problems`,
// and then there is no combination: a part of the clients would be worse than none.
Combinations read_combinations(const toml_file::Value& matrix, const std::vector<std::string>& order,
                               std::vector<std::string>& problems);

}  // namespace testfarm

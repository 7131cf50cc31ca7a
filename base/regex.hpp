// The face of RE2: regular expressions that people write, over output of any size. RE2 and not <regex>:
// its time grows with the text alone, and no expression overflows the stack.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace testfarm {

class Regex {
 public:
  // bad_input with RE2's words for what is wrong.
  static Result<Regex> compile(std::string_view expression);

  bool finds_in(std::string_view text) const;
  // What the first group matched, or the whole where the expression has none; nothing where it does not
  // match.
  std::optional<std::string_view> capture(std::string_view text) const;
  // What each group matched, empty where it took no part; nothing where the expression does not match.
  std::optional<std::vector<std::string_view>> captures(std::string_view text) const;

 private:
  struct Compiled;
  explicit Regex(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace testfarm

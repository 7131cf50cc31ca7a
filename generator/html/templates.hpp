// The templates that are built in: templates/*.mustache, by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include "templates/names.hpp"

namespace testfarm {

// A template by the name of its file: Template("failure") is templates/failure.mustache. A name without a
// file does not compile.
class Template {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a name stands for the template
  consteval Template(const char* name) : number_(number_of(name)) {}
  std::size_t number() const { return number_; }

 private:
  static consteval std::size_t number_of(std::string_view name) {
    const auto& names = embedded::template_names;
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) throw std::invalid_argument("there is no such template");
    return static_cast<std::size_t>(found - names.begin());
  }
  std::size_t number_;
};

constexpr std::size_t template_count = embedded::template_names.size();

std::string_view template_text(std::size_t number);
// Nothing where no template has the name.
std::string_view template_text(std::string_view name);

}  // namespace testfarm

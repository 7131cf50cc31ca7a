#include "generator/html/templates.hpp"

#include "templates/all.hpp"

namespace testfarm {

static_assert(embedded::template_names.size() == embedded::template_texts.size());

std::string_view template_text(std::size_t number) { return embedded::template_texts.at(number); }

std::string_view template_text(std::string_view name) {
  const auto& names = embedded::template_names;
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::string_view()
                              : template_text(static_cast<std::size_t>(found - names.begin()));
}

}  // namespace testfarm

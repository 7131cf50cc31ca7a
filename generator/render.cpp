#include "generator/render.hpp"

#include <mstch/mstch.hpp>

#include "templates/execution.mustache.hpp"
#include "templates/farm.mustache.hpp"
#include "templates/foot.mustache.hpp"
#include "templates/head.mustache.hpp"
#include "templates/history.mustache.hpp"
#include "templates/summary.mustache.hpp"

namespace testfarm {
namespace {

struct ToMstch {
  mstch::node operator()(const std::string& text) const { return text; }
  mstch::node operator()(bool truth) const { return truth; }
  // NOLINTNEXTLINE(misc-no-recursion): as deep as our own views are
  mstch::node operator()(const Nodes& list) const {
    mstch::array array;
    array.reserve(list.size());
    for (const Node& item : list) array.push_back(std::visit(*this, item.value));
    return array;
  }
  // NOLINTNEXTLINE(misc-no-recursion): as deep as our own views are
  mstch::node operator()(const Fields& fields) const {
    mstch::map map;
    for (const auto& [name, field] : fields) map.emplace(name, std::visit(*this, field.value));
    return map;
  }
};

std::string_view text_of(Template which) {
  switch (which) {
    case Template::farm: return embedded::farm_template;
    case Template::summary: return embedded::summary_template;
    case Template::history: return embedded::history_template;
    case Template::execution: return embedded::execution_template;
  }
  return {};
}

}  // namespace

void append_escaped(std::string& html, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&': html += "&amp;"; break;
      case '<': html += "&lt;"; break;
      case '>': html += "&gt;"; break;
      case '"': html += "&quot;"; break;
      case '\'': html += "&#39;"; break;
      case '\n':
      case '\t': html += c; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
          html += "\xEF\xBF\xBD";
        else
          html += c;
    }
  }
}

std::string escaped(std::string_view text) {
  std::string html;
  html.reserve(text.size() + text.size() / 8);
  append_escaped(html, text);
  return html;
}

std::string render(Template which, const Fields& fields) {
  static const std::map<std::string, std::string> partials{{"head", std::string(embedded::head_template)},
                                                           {"foot", std::string(embedded::foot_template)}};
  mstch::config::escape = [](const std::string& text) { return escaped(text); };
  return mstch::render(std::string(text_of(which)), ToMstch{}(fields), partials);
}

}  // namespace testfarm

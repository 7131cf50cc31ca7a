#include "generator/html/render.hpp"

#include <mstch/mstch.hpp>

#include <array>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "templates/client.mustache.hpp"
#include "templates/command.mustache.hpp"
#include "templates/commits.mustache.hpp"
#include "templates/execution.mustache.hpp"
#include "templates/failure.mustache.hpp"
#include "templates/farm.mustache.hpp"
#include "templates/foot.mustache.hpp"
#include "templates/head.mustache.hpp"
#include "templates/history.mustache.hpp"
#include "templates/long.mustache.hpp"
#include "templates/more.mustache.hpp"
#include "templates/nav.mustache.hpp"
#include "templates/readiness.mustache.hpp"
#include "templates/story.mustache.hpp"
#include "templates/summary.mustache.hpp"
#include "templates/task.mustache.hpp"
#include "templates/test.mustache.hpp"
#include "templates/testlist.mustache.hpp"
#include "templates/tests.mustache.hpp"

namespace testfarm {
namespace {

// Bulk does not go through the template engine, which would copy it at each level: a mark stands for it and
// is replaced in the end. No text can hold a mark, because these characters never survive escaping.
constexpr char mark_begin = '\x01';
constexpr char mark_end = '\x02';

struct ToMstch {
  std::vector<std::string>& bulk;
  mstch::node operator()(std::string& text) const { return std::move(text); }
  mstch::node operator()(bool truth) const { return truth; }
  mstch::node operator()(const std::shared_ptr<Bulk>& given) const {
    bulk.push_back(std::move(given->html));
    return cat(mark_begin, bulk.size() - 1, mark_end);
  }
  // NOLINTNEXTLINE(misc-no-recursion): as deep as our own views are
  mstch::node operator()(const std::shared_ptr<Nodes>& list) const {
    mstch::array array;
    array.reserve(list->size());
    for (Node& item : *list) array.push_back(std::visit(*this, item.value));
    return array;
  }
  // NOLINTNEXTLINE(misc-no-recursion): as deep as our own views are
  mstch::node operator()(const std::shared_ptr<Fields>& fields) const { return map_of(*fields); }
  // NOLINTNEXTLINE(misc-no-recursion): as deep as our own views are
  mstch::map map_of(Fields& fields) const {
    mstch::map map;
    for (auto& [name, field] : fields) map.emplace(name, std::visit(*this, field.value));
    return map;
  }
};

std::string with_bulk(const std::string& text, const std::vector<std::string>& bulk) {
  std::size_t size = text.size();
  for (const std::string& html : bulk) size += html.size();
  std::string whole;
  whole.reserve(size);
  std::size_t copied = 0;
  for (auto at = text.find(mark_begin); at != std::string::npos; at = text.find(mark_begin, copied)) {
    const auto end = text.find(mark_end, at);
    whole.append(text, copied, at - copied);
    copied = end + 1;
    if (const auto number = to_unsigned(std::string_view(text).substr(at + 1, end - at - 1));
        number && *number < bulk.size())
      whole += bulk[*number];
  }
  whole.append(text, copied);
  return whole;
}

std::string_view text_of(Template which) {
  switch (which) {
    case Template::farm: return embedded::farm_template;
    case Template::summary: return embedded::summary_template;
    case Template::history: return embedded::history_template;
    case Template::client: return embedded::client_template;
    case Template::execution: return embedded::execution_template;
    case Template::failure: return embedded::failure_template;
    case Template::commits: return embedded::commits_template;
    case Template::tests: return embedded::testlist_template;
    case Template::test: return embedded::test_template;
    case Template::readiness: return embedded::readiness_template;
  }
  return {};
}

// mstch parses a template and all its partials at each render, so the partials that every page has are set in
// once.
std::string assembled(Template which) {
  std::string text(text_of(which));
  for (const auto& [name, partial] :
       {std::pair{"{{>head}}\n", embedded::head_template}, std::pair{"{{>foot}}\n", embedded::foot_template},
        std::pair{"{{>nav}}\n", embedded::nav_template}, std::pair{"{{>story}}\n", embedded::story_template}})
    if (const auto at = text.find(name); at != std::string::npos)
      text.replace(at, std::string_view(name).size(), partial);
  return text;
}

}  // namespace

namespace {

// What cannot be copied as it is: what HTML would take for markup, controls, and the first byte of those that
// reverse.
constexpr auto special = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < 0x20; ++i) table[i] = i != '\n' && i != '\t';
  for (const char c : {'&', '<', '>', '"', '\'', '\x7f'}) table[static_cast<unsigned char>(c)] = true;
  table[0xE2] = true;
  return table;
}();

// Three bytes from U+202A to U+202E or from U+2066 to U+2069.
bool reverses(std::string_view text) {
  if (text.size() < 3) return false;
  const auto second = static_cast<unsigned char>(text[1]);
  const auto third = static_cast<unsigned char>(text[2]);
  return (second == 0x80 && third >= 0xAA && third <= 0xAE) ||
         (second == 0x81 && third >= 0xA6 && third <= 0xA9);
}

}  // namespace

void append_escaped(std::string& html, std::string_view text) {
  std::size_t copied = 0;
  const auto replace = [&](std::size_t at, std::size_t length, std::string_view by) {
    html.append(text.substr(copied, at - copied));
    html += by;
    copied = at + length;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!special[static_cast<unsigned char>(text[i])]) continue;
    switch (text[i]) {
      case '&': replace(i, 1, "&amp;"); break;
      case '<': replace(i, 1, "&lt;"); break;
      case '>': replace(i, 1, "&gt;"); break;
      case '"': replace(i, 1, "&quot;"); break;
      case '\'': replace(i, 1, "&#39;"); break;
      case '\xE2':
        if (reverses(text.substr(i))) replace(i, 3, "\xEF\xBF\xBD");
        break;
      default: replace(i, 1, "\xEF\xBF\xBD");
    }
  }
  html.append(text.substr(copied));
}

std::string escaped(std::string_view text) {
  std::string html;
  html.reserve(text.size() + text.size() / 8);
  append_escaped(html, text);
  return html;
}

std::string stamp_page(std::string& html) {
  std::string state = to_hex(sha256(html)).substr(0, 16);
  if (const auto at = html.find(page_stamp); at != std::string::npos)
    html.replace(at, page_stamp.size(), state);
  return state;
}

std::string render(Template which, Fields fields) {
  static const std::map<Template, std::string> templates{
      {Template::farm, assembled(Template::farm)},
      {Template::summary, assembled(Template::summary)},
      {Template::history, assembled(Template::history)},
      {Template::client, assembled(Template::client)},
      {Template::execution, assembled(Template::execution)},
      {Template::failure, assembled(Template::failure)},
      {Template::commits, assembled(Template::commits)},
      {Template::tests, assembled(Template::tests)},
      {Template::test, assembled(Template::test)},
      {Template::readiness, assembled(Template::readiness)}};
  // Set once, before any thread renders.
  static const bool escaping = [] {
    mstch::config::escape = [](const std::string& text) { return escaped(text); };
    return true;
  }();
  static_cast<void>(escaping);
  std::vector<std::string> bulk;
  const mstch::node root = ToMstch{bulk}.map_of(fields);
  static const std::map<std::string, std::string> no_parts;
  // A section's text is copied at each round of it, a partial's is not: so what is repeated most is in
  // partials.
  static const std::map<std::string, std::string> parts_of_execution{
      {"task", std::string(embedded::task_template)},
      {"command", std::string(embedded::command_template)},
      {"long", std::string(embedded::long_template)},
      {"more", std::string(embedded::more_template)},
      {"tests", std::string(embedded::tests_template)}};
  const auto& parts = which == Template::execution ? parts_of_execution : no_parts;
  return with_bulk(mstch::render(templates.at(which), root, parts), bulk);
}

}  // namespace testfarm

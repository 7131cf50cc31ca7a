#include "generator/html/render.hpp"

#include <mstch/mstch.hpp>

#include <map>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "generator/html/escape.hpp"

namespace testfarm {
namespace {

// Bulk does not go through the template engine, which would copy it at each level: a mark stands for it and
// is replaced in the end. No text can hold a mark, because these characters never survive escaping.
constexpr char mark_begin = '\x01';
constexpr char mark_end = '\x02';

// Moves the texts out of what it visits: a view is rendered once.
struct ToMstch {
  std::vector<std::string>& bulk;
  mstch::node operator()(std::string& text) const { return std::move(text); }
  mstch::node operator()(bool truth) const { return truth; }
  mstch::node operator()(const std::shared_ptr<Bulk>& given) const {
    bulk.push_back(std::move(given->html));
    return concat(mark_begin, bulk.size() - 1, mark_end);
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

// mstch parses a template and all its partials at each render, so the partials that stand on a line of their
// own are set in once.
std::string assembled(std::string_view page) {
  std::string text(page);
  for (auto at = text.find("{{>"); at != std::string::npos; at = text.find("{{>", at + 1)) {
    const auto end = text.find("}}", at);
    const bool own_line = (at == 0 || text[at - 1] == '\n') && text.compare(end, 3, "}}\n") == 0;
    if (own_line) text.replace(at, end + 3 - at, template_text(text.substr(at + 3, end - at - 3)));
  }
  return text;
}

// A section's text is copied at each round of it, a partial's is not: so what is repeated most is in
// partials, which have partials of their own. NOLINTNEXTLINE(misc-no-recursion): as deep as our own templates
// are
void add_partials(std::string_view text, std::map<std::string, std::string>& parts) {
  for (auto at = text.find("{{>"); at != std::string::npos; at = text.find("{{>", at + 1)) {
    const std::string name(text.substr(at + 3, text.find("}}", at) - at - 3));
    if (!parts.emplace(name, template_text(name)).second) continue;
    add_partials(template_text(name), parts);
  }
}

struct ReadyTemplate {
  std::string text;
  std::map<std::string, std::string> parts;
};

const ReadyTemplate& ready(Template which) {
  static const auto all = [] {
    std::vector<ReadyTemplate> templates(template_count);
    for (std::size_t i = 0; i < template_count; ++i) {
      templates[i].text = assembled(template_text(i));
      add_partials(templates[i].text, templates[i].parts);
    }
    return templates;
  }();
  return all.at(which.number());
}

}  // namespace

std::string stamp_page(std::string& html) {
  std::string state = to_hex(sha256(html)).substr(0, 16);
  if (const auto at = html.find(page_stamp); at != std::string::npos)
    html.replace(at, page_stamp.size(), state);
  return state;
}

std::string render(Template which, Fields fields) {
  // Set once, before any thread renders.
  static const bool escaping = [] {
    mstch::config::escape = [](const std::string& text) { return escaped(text); };
    return true;
  }();
  static_cast<void>(escaping);
  std::vector<std::string> bulk;
  const mstch::node root = ToMstch{bulk}.map_of(fields);
  const ReadyTemplate& page = ready(which);
  return with_bulk(mstch::render(page.text, root, page.parts), bulk);
}

}  // namespace testfarm

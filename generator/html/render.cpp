#include "generator/html/render.hpp"

#include <mstch/mstch.hpp>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "generator/html/escape.hpp"

namespace testfarm {
namespace {

// Bulk does not go through the template engine, which would copy it at each level: a mark stands for it and
// is replaced in the end. No text can hold a mark, because these characters never survive escaping.
constexpr char mark_begin = '\x01';
constexpr char mark_end = '\x02';
constexpr char mark_line = '\x04';  // a line's end in a template's own text

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

struct ReadyTemplate {
  std::string text;
  std::map<std::string, std::string> parts;
};

// What mstch does at each render and what costs there, done once: partials on lines of their own are set in,
// lines of nothing but tags go, and the text of each section becomes a partial of its own. For mstch copies a
// section's text, and all that is nested in it, for each round of it and even where it is left out; a
// partial's name is all there is to copy.
class Preparation {
 public:
  ReadyTemplate run(std::string_view page) {
    ready_.text = carved(prepared(page));
    return std::move(ready_);
  }

 private:
  // NOLINTNEXTLINE(misc-no-recursion): as deep as our own templates are
  std::string prepared(std::string_view page) {
    std::string text(page);
    for (auto at = text.find("{{>"); at != std::string::npos; at = text.find("{{>", at)) {
      const auto end = text.find("}}", at);
      const std::string name = text.substr(at + 3, end - at - 3);
      const bool own_line = (at == 0 || text[at - 1] == '\n') && text.compare(end, 3, "}}\n") == 0;
      if (own_line) {
        text.replace(at, end + 3 - at, template_text(name));
        continue;
      }
      // Of what is repeated, which has partials of its own.
      if (ready_.parts.emplace(name, std::string()).second) {
        std::string part = carved(prepared(template_text(name)));
        while (part.ends_with(mark_line)) part.pop_back();
        ready_.parts[name] = std::move(part);
      }
      at = end;
    }
    return without_tag_lines(text);
  }

  // Line ends become marks: then mstch looks for no lines.
  static std::string without_tag_lines(std::string_view text) {
    std::string kept;
    for (const std::string_view line : split_lines(text)) {
      if (is_tags(line)) {
        kept += trim(line);
        continue;
      }
      kept += line;
      kept += mark_line;
    }
    return kept;
  }
  static bool is_tags(std::string_view line) {
    bool any = false;
    for (line = trim(line); !line.empty(); any = true) {
      if (line.size() < 3 || !line.starts_with("{{") ||
          std::string_view("#^/>").find(line[2]) == std::string_view::npos)
        return false;
      line.remove_prefix(std::min(line.find("}}"), line.size() - 2) + 2);
    }
    return any;
  }

  // NOLINTNEXTLINE(misc-no-recursion): as deep as our own templates are
  std::string carved(std::string_view text) {
    std::string to;
    for (;;) {
      const auto at = std::min(text.find("{{#"), text.find("{{^"));
      to += text.substr(0, at);
      if (at == std::string_view::npos) return to;
      const auto name_end = text.find("}}", at);
      const std::string name(text.substr(at + 3, name_end - at - 3));
      const std::size_t body = name_end + 2;
      const std::size_t end = closing(text, body, name);
      const std::string inner = carved(text.substr(body, end - body));
      to += text.substr(at, body - at);
      if (inner.find("{{") == std::string::npos) {
        to += inner;
      } else {
        const std::string part = concat("section ", ready_.parts.size());
        ready_.parts.emplace(part, inner);
        to += concat("{{>", part, "}}");
      }
      to += concat("{{/", name, "}}");
      text.remove_prefix(end + name.size() + 5);
    }
  }

  // Where the section ends that begins before `from`; sections of one name may be nested.
  static std::size_t closing(std::string_view text, std::size_t from, const std::string& name) {
    const std::string close = concat("{{/", name, "}}");
    std::size_t open = 1;
    for (std::size_t at = text.find("{{", from); at != std::string_view::npos; at = text.find("{{", at + 2)) {
      const std::string_view tag = text.substr(at);
      if (tag.starts_with(concat("{{#", name, "}}")) || tag.starts_with(concat("{{^", name, "}}"))) ++open;
      if (tag.starts_with(close) && --open == 0) return at;
    }
    throw std::logic_error("a template has no end of " + name);
  }

  ReadyTemplate ready_;
};

const ReadyTemplate& ready(Template which) {
  static const auto all = [] {
    std::vector<ReadyTemplate> templates(template_count);
    for (std::size_t i = 0; i < template_count; ++i) templates[i] = Preparation().run(template_text(i));
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
  std::string html = mstch::render(page.text, root, page.parts);
  std::replace(html.begin(), html.end(), mark_line, '\n');
  return with_bulk(html, bulk);
}

}  // namespace testfarm

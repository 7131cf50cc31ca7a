#include "schema/fields.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

bool allowed(std::string_view text, TextKind kind) {
  if (kind == TextKind::raw) return true;
  return std::none_of(text.begin(), text.end(), [&](char c) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    return control && (kind == TextKind::line || (c != '\n' && c != '\t'));
  });
}

}  // namespace

void Encoder::real(std::string_view key, double& value, Need need) {
  if (need == Need::required || value != 0) writer_.member(key, value);
}

void Encoder::text(std::string_view key, std::string& value, std::size_t, TextKind, Need need) {
  if (need == Need::required || !value.empty()) writer_.member(key, value);
}

void Encoder::flag(std::string_view key, bool& value) {
  if (value) writer_.member(key, true);
}

void Encoder::words(std::string_view key, std::vector<std::string>& words, std::size_t) {
  if (words.empty()) return;
  writer_.key(key).array();
  for (const auto& word : words) writer_.value(word);
  writer_.end_array();
}

void Encoder::text_map(std::string_view key, std::map<std::string, std::string>& map, std::size_t) {
  if (map.empty()) return;
  writer_.key(key).object();
  for (const auto& [name, value] : map) writer_.member(name, value);
  writer_.end_object();
}

void Encoder::number_map(std::string_view key, std::map<std::string, double>& map, std::size_t) {
  if (map.empty()) return;
  writer_.key(key).object();
  for (const auto& [name, value] : map) writer_.member(name, value);
  writer_.end_object();
}

void Decoder::wrong(std::string_view key, std::string_view what) {
  if (!error_) error_ = concat(key, ": ", what);
}

void Decoder::adopt(std::string_view key, std::size_t index, const std::string& inner) {
  error_ = concat(key, '[', index, ']', inner.starts_with(':') ? "" : ".", inner);
}

std::optional<json::View> Decoder::member(std::string_view key, Need need) {
  if (error_) return std::nullopt;
  const auto found = object_.find(key);
  if (!found && need == Need::required) wrong(key, "is missing");
  return found;
}

bool Decoder::integer(std::string_view key, std::int64_t& value, std::int64_t least, std::int64_t most,
                      Need need) {
  const auto found = member(key, need);
  if (!found) return false;
  const auto read = found->as_integer();
  if (!read || *read < least || *read > most) {
    wrong(key, concat("must be a whole number from ", least, " to ", most));
    return false;
  }
  value = *read;
  return true;
}

void Decoder::real(std::string_view key, double& value, Need need) {
  const auto found = member(key, need);
  if (!found) return;
  const auto read = found->as_number();
  if (!read) return wrong(key, "must be a number");
  value = *read;
}

void Decoder::text(std::string_view key, std::string& value, std::size_t most, TextKind kind, Need need) {
  const auto found = member(key, need);
  if (!found) return;
  const auto read = found->as_string();
  if (!read) return wrong(key, "must be a text");
  if (read->size() > most) return wrong(key, concat("is longer than ", most, " bytes"));
  if (need == Need::required && read->empty()) return wrong(key, "is empty");
  if (!allowed(*read, kind)) return wrong(key, "has control characters in it");
  value = *read;
}

void Decoder::flag(std::string_view key, bool& value) {
  const auto found = member(key, Need::optional);
  if (!found) return;
  const auto read = found->as_bool();
  if (!read) return wrong(key, "must be true or false");
  value = *read;
}

bool Decoder::name(std::string_view key, std::size_t& index, const std::vector<std::string>& names) {
  const auto found = member(key, Need::required);
  if (!found) return false;
  const auto read = found->as_string();
  const auto at = read ? std::find(names.begin(), names.end(), *read) : names.end();
  if (at == names.end()) {
    std::string all;
    for (const auto& one : names) all += (all.empty() ? "" : ", ") + one;
    wrong(key, concat("must be one of: ", all));
    return false;
  }
  index = static_cast<std::size_t>(at - names.begin());
  return true;
}

std::vector<json::View> Decoder::items_of(std::string_view key, std::size_t most) {
  const auto found = member(key, Need::optional);
  if (!found) return {};
  if (!found->is_array() || found->size() > most) {
    wrong(key, concat("must be a list of at most ", most));
    return {};
  }
  return found->items();
}

void Decoder::words(std::string_view key, std::vector<std::string>& words, std::size_t most) {
  for (const auto& item : items_of(key, most)) {
    const auto word = item.as_string();
    if (!word || word->empty() || word->size() > limits::name || !allowed(*word, TextKind::line))
      return wrong(key, concat("each must be a text of one line and at most ", limits::name, " bytes"));
    words.emplace_back(*word);
  }
}

void Decoder::text_map(std::string_view key, std::map<std::string, std::string>& map, std::size_t most) {
  const auto found = member(key, Need::optional);
  if (!found) return;
  if (!found->is_object() || found->size() > most)
    return wrong(key, concat("must be an object of at most ", most));
  found->each_member([&](std::string_view name, json::View value) {
    const auto text = value.as_string();
    if (name.empty() || name.size() > limits::name || !allowed(name, TextKind::line))
      return wrong(key,
                   concat("the name ", in_quotes(name), " is empty, too long or has control characters"));
    if (!text || text->size() > limits::name || !allowed(*text, TextKind::line))
      return wrong(
          key, concat(in_quotes(name), " must be a text of one line and at most ", limits::name, " bytes"));
    map.emplace(name, *text);
  });
}

void Decoder::number_map(std::string_view key, std::map<std::string, double>& map, std::size_t most) {
  const auto found = member(key, Need::optional);
  if (!found) return;
  if (!found->is_object() || found->size() > most)
    return wrong(key, concat("must be an object of at most ", most));
  found->each_member([&](std::string_view name, json::View value) {
    const auto number = value.as_number();
    if (name.empty() || name.size() > limits::name || !allowed(name, TextKind::line))
      return wrong(key,
                   concat("the name ", in_quotes(name), " is empty, too long or has control characters"));
    if (!number) return wrong(key, concat(in_quotes(name), " must be a finite number"));
    map.emplace(name, *number);
  });
}

void SchemaWriter::open(std::string_view key, std::string_view type, Need need) {
  if (need == Need::required) required_.emplace_back(key);
  writer_.key(key).object().member("type", type);
}

void SchemaWriter::real(std::string_view key, double&, Need need) {
  open(key, "number", need);
  writer_.end_object();
}

void SchemaWriter::text(std::string_view key, std::string&, std::size_t most, TextKind kind, Need need) {
  open(key, "string", need);
  // JSON Schema counts characters where we count bytes, so its bound is the looser one.
  writer_.member("maxLength", most);
  if (need == Need::required) writer_.member("minLength", 1);
  if (kind == TextKind::line) writer_.member("pattern", "^[^\\u0000-\\u001f\\u007f]*$");
  writer_.end_object();
}

void SchemaWriter::flag(std::string_view key, bool&) {
  open(key, "boolean", Need::optional);
  writer_.end_object();
}

void SchemaWriter::names_only(std::string_view key, const std::vector<std::string>& names) {
  open(key, "string", Need::required);
  writer_.key("enum").array();
  for (const auto& name : names) writer_.value(name);
  writer_.end_array().end_object();
}

void SchemaWriter::words(std::string_view key, std::vector<std::string>&, std::size_t most) {
  open(key, "array", Need::optional);
  writer_.member("maxItems", most).key("items").object().member("type", "string").end_object().end_object();
}

void SchemaWriter::text_map(std::string_view key, std::map<std::string, std::string>&, std::size_t most) {
  open(key, "object", Need::optional);
  writer_.member("maxProperties", most).key("additionalProperties").object();
  writer_.member("type", "string").member("maxLength", limits::name).end_object().end_object();
}

void SchemaWriter::number_map(std::string_view key, std::map<std::string, double>&, std::size_t most) {
  open(key, "object", Need::optional);
  writer_.member("maxProperties", most).key("additionalProperties").object();
  writer_.member("type", "number").end_object().end_object();
}

void SchemaWriter::write_required() {
  if (required_.empty()) return;
  writer_.key("required").array();
  for (const auto& key : required_) writer_.value(key);
  writer_.end_array();
}

}  // namespace testfarm

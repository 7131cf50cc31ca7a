// One description of a message serves three uses. A message says its fields once,
//
//   template <typename Archive> void fields(Archive& archive, TaskEnded& event) {
//     archive.number("task", event.task, 1, limits::tasks); …
//   }
//
// and Encoder writes it as JSON, Decoder reads and checks it, SchemaWriter describes it as JSON Schema
// (2020-12). So the three cannot drift apart, and a new field is one line.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace testfarm {

enum class Need : std::uint8_t {
  required,
  optional
};  // an optional field is left out when it has its default
enum class TextKind : std::uint8_t {
  line,  // no control characters
  text,  // line ends and tabs too
  raw,   // any character
};

class Encoder {
 public:
  explicit Encoder(json::Writer& writer) : writer_(writer) {}

  template <typename Number>
  void number(std::string_view key, Number& value, std::uint64_t, std::uint64_t, Need need = Need::required) {
    if (need == Need::required || value != 0) writer_.member(key, value);
  }
  void real(std::string_view key, double& value, Need need);
  void text(std::string_view key, std::string& value, std::size_t most, TextKind kind,
            Need need = Need::required);
  void flag(std::string_view key, bool& value);
  template <typename Enum>
  void choice(std::string_view key, Enum& value, const std::vector<std::string>& names) {
    writer_.member(key, names[static_cast<std::size_t>(value)]);
  }
  template <typename Item>
  void list(std::string_view key, std::vector<Item>& items, std::size_t) {
    if (items.empty()) return;
    writer_.key(key).array();
    for (Item& item : items) {
      writer_.object();
      fields(*this, item);
      writer_.end_object();
    }
    writer_.end_array();
  }
  void words(std::string_view key, std::vector<std::string>& words, std::size_t most);
  void text_map(std::string_view key, std::map<std::string, std::string>& map, std::size_t most);
  void number_map(std::string_view key, std::map<std::string, double>& map, std::size_t most);

 private:
  json::Writer& writer_;
};

// Keeps the first error, with the path of its field ("repositories[1].revision").
class Decoder {
 public:
  explicit Decoder(json::View object) : object_(object) {}
  const std::optional<std::string>& error() const { return error_; }

  template <typename Number>
  void number(std::string_view key, Number& value, std::uint64_t least, std::uint64_t most,
              Need need = Need::required) {
    std::int64_t read = 0;
    if (integer(key, read, static_cast<std::int64_t>(least), static_cast<std::int64_t>(most), need))
      value = static_cast<Number>(read);
  }
  void real(std::string_view key, double& value, Need need);
  void text(std::string_view key, std::string& value, std::size_t most, TextKind kind,
            Need need = Need::required);
  void flag(std::string_view key, bool& value);
  template <typename Enum>
  void choice(std::string_view key, Enum& value, const std::vector<std::string>& names) {
    std::size_t index = 0;
    if (name(key, index, names)) value = static_cast<Enum>(index);
  }
  template <typename Item>
  void list(std::string_view key, std::vector<Item>& items, std::size_t most) {
    const auto views = items_of(key, most);
    for (std::size_t i = 0; i < views.size() && !error_; ++i) {
      Decoder inner(views[i]);
      Item item;
      if (!views[i].is_object()) inner.error_ = ": must be an object";
      if (!inner.error_) fields(inner, item);
      if (inner.error_) adopt(key, i, *inner.error_);
      items.push_back(std::move(item));
    }
  }
  void words(std::string_view key, std::vector<std::string>& words, std::size_t most);
  void text_map(std::string_view key, std::map<std::string, std::string>& map, std::size_t most);
  void number_map(std::string_view key, std::map<std::string, double>& map, std::size_t most);

 private:
  // The member, or nothing with an error where one is due.
  std::optional<json::View> member(std::string_view key, Need need);
  bool integer(std::string_view key, std::int64_t& value, std::int64_t least, std::int64_t most, Need need);
  bool name(std::string_view key, std::size_t& index, const std::vector<std::string>& names);
  std::vector<json::View> items_of(std::string_view key, std::size_t most);
  void adopt(std::string_view key, std::size_t index, const std::string& inner);
  void wrong(std::string_view key, std::string_view what);
  json::View object_;
  std::optional<std::string> error_;
};

class SchemaWriter {
 public:
  explicit SchemaWriter(json::Writer& writer) : writer_(writer) {}
  const std::vector<std::string>& required() const { return required_; }

  template <typename Number>
  void number(std::string_view key, Number&, std::uint64_t least, std::uint64_t most,
              Need need = Need::required) {
    open(key, "integer", need);
    writer_.member("minimum", least).member("maximum", most).end_object();
  }
  void real(std::string_view key, double& value, Need need);
  void text(std::string_view key, std::string& value, std::size_t most, TextKind kind,
            Need need = Need::required);
  void flag(std::string_view key, bool& value);
  template <typename Enum>
  void choice(std::string_view key, Enum&, const std::vector<std::string>& names) {
    names_only(key, names);
  }
  template <typename Item>
  void list(std::string_view key, std::vector<Item>&, std::size_t most) {
    open(key, "array", Need::optional);
    writer_.member("maxItems", most)
        .key("items")
        .object()
        .member("type", "object")
        .key("properties")
        .object();
    SchemaWriter inner(writer_);
    Item item;
    fields(inner, item);
    writer_.end_object();
    inner.write_required();
    writer_.end_object().end_object();
  }
  void words(std::string_view key, std::vector<std::string>& words, std::size_t most);
  void text_map(std::string_view key, std::map<std::string, std::string>& map, std::size_t most);
  void number_map(std::string_view key, std::map<std::string, double>& map, std::size_t most);
  void write_required();

 private:
  void open(std::string_view key, std::string_view type, Need need);
  void names_only(std::string_view key, const std::vector<std::string>& names);
  json::Writer& writer_;
  std::vector<std::string> required_;
};

// A whole message of one object.
template <typename Message>
std::string encode_message(const Message& message) {
  json::Writer writer;
  Encoder encoder(writer);
  Message copy = message;  // fields() serves reading too, so it takes its message by plain reference
  writer.object();
  fields(encoder, copy);
  writer.end_object();
  return writer.text();
}

template <typename Message>
Result<Message> decode_message(std::string_view text) {
  TRY_SET(const json::Document document, json::Document::parse(text));
  if (!document.root().is_object()) return fail(ErrorKind::bad_input, "a JSON object is wanted");
  Decoder decoder(document.root());
  Message message;
  fields(decoder, message);
  if (decoder.error()) return fail(ErrorKind::bad_input, *decoder.error());
  return message;
}

}  // namespace testfarm

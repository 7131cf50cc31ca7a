// The face of rapidjson (RFC 8259): strict reading into a tree that is looked at through Views, and a Writer.
// Strict: valid UTF-8 without NULs only, numbers finite and exact to the last bit, nothing after the value,
// depth bounded by the parser's own heap stack (iterative, so that a million brackets cost memory of the
// input's order and no call stack).
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace testfarm::json {

// A value inside a Document, which must outlive it.
class View {
 public:
  bool is_object() const;
  bool is_array() const;
  bool is_null() const;

  // The first member of that name; nothing if there is none or this is no object.
  std::optional<View> find(std::string_view key) const;
  void each_member(const std::function<void(std::string_view, View)>& visit) const;
  std::vector<View> items() const;  // empty if this is no array
  std::size_t size() const;         // of an array or object

  // Nothing if it is something else, or does not fit.
  std::optional<std::string_view> as_string() const;
  std::optional<std::int64_t> as_integer() const;
  std::optional<double> as_number() const;
  std::optional<bool> as_bool() const;

  // Members with a default for "missing or something else": for files that we wrote ourselves.
  std::string text(std::string_view key, std::string_view otherwise = {}) const;
  std::int64_t integer(std::string_view key, std::int64_t otherwise = 0) const;
  double number(std::string_view key, double otherwise = 0) const;
  bool flag(std::string_view key, bool otherwise = false) const;
  std::vector<View> list(std::string_view key) const;

 private:
  friend class Document;
  explicit View(const void* value) : value_(value) {}
  const void* value_;
};

class Document {
 public:
  // bad_input, saying what is wrong at which byte.
  static Result<Document> parse(std::string_view text);
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();
  View root() const;

 private:
  struct Tree;
  explicit Document(std::unique_ptr<Tree> tree);
  std::unique_ptr<Tree> tree_;
};

// Compact JSON, members in the order of the calls. Not finite numbers must not be given to it.
class Writer {
 public:
  Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();
  Writer& object();
  Writer& end_object();
  Writer& array();
  Writer& end_array();
  Writer& key(std::string_view name);
  Writer& value(std::string_view text);
  Writer& value(const char* text) { return value(std::string_view(text)); }
  Writer& value(bool flag);
  Writer& value(double number);
  template <std::signed_integral Number>
  Writer& value(Number number) {
    return signed_value(number);
  }
  template <std::unsigned_integral Number>
  requires(!std::same_as<Number, bool>) Writer& value(Number number) { return unsigned_value(number); }
  template <typename Value>
  Writer& member(std::string_view name, const Value& given) {
    key(name);
    return value(given);
  }
  // What was written so far.
  std::string text() const;

 private:
  Writer& signed_value(std::int64_t number);
  Writer& unsigned_value(std::uint64_t number);
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace testfarm::json

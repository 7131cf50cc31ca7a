#include "base/json.hpp"

#include <algorithm>

#define RAPIDJSON_HAS_STDSTRING 1
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace testfarm::json {
namespace {

const rapidjson::Value& tree_value(const void* value) { return *static_cast<const rapidjson::Value*>(value); }

rapidjson::SizeType short_size(std::string_view text) {
  return static_cast<rapidjson::SizeType>(text.size());
}

std::string_view string_of(const rapidjson::Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

// The text is UTF-8 and so is what escapes stand for, but for one: of an unpaired low surrogate (\udc80, as
// Python writes bytes that are no text) rapidjson makes three bytes that are none. They become U+FFFD, which
// has three too.
void mend_surrogates(char* text, std::size_t size) {
  char* const end = text + size;
  for (char* at = text; (at = std::find(at, end, '\xED')) < end; ++at)
    if (end - at >= 3 && static_cast<unsigned char>(at[1]) >= 0xA0) std::copy_n("\xEF\xBF\xBD", 3, at);
}

// Passes the parser's events on to a document, but makes the numbers itself: rapidjson's exact conversion
// (kParseFullPrecisionFlag) counts the leading zeros of 0 for numbers such as 0e-30, which is undefined.
class CarefulHandler {
 public:
  // `text`: what is parsed, in place, and where strings stand afterwards.
  CarefulHandler(rapidjson::Document& to, std::string& text) : to_(to), text_(text) {}
  bool Null() { return to_.Null(); }  // NOLINT(readability-identifier-naming): rapidjson's names
  bool Bool(bool value) { return to_.Bool(value); }                   // NOLINT(readability-identifier-naming)
  bool Int(int value) { return to_.Int(value); }                      // NOLINT(readability-identifier-naming)
  bool Uint(unsigned value) { return to_.Uint(value); }               // NOLINT(readability-identifier-naming)
  bool Int64(std::int64_t value) { return to_.Int64(value); }         // NOLINT(readability-identifier-naming)
  bool Uint64(std::uint64_t value) { return to_.Uint64(value); }      // NOLINT(readability-identifier-naming)
  bool Double(double value) { return to_.Double(value); }             // NOLINT(readability-identifier-naming)
  bool StartObject() { return to_.StartObject(); }                    // NOLINT(readability-identifier-naming)
  bool EndObject(rapidjson::SizeType n) { return to_.EndObject(n); }  // NOLINT(readability-identifier-naming)
  bool StartArray() { return to_.StartArray(); }                      // NOLINT(readability-identifier-naming)
  bool EndArray(rapidjson::SizeType n) { return to_.EndArray(n); }    // NOLINT(readability-identifier-naming)
  // NOLINTNEXTLINE(readability-identifier-naming)
  bool Key(const char* text, rapidjson::SizeType size, bool copy) {
    mend_surrogates(text_.data() + (text - text_.data()), size);
    return to_.Key(text, size, copy);
  }
  // NOLINTNEXTLINE(readability-identifier-naming)
  bool String(const char* text, rapidjson::SizeType size, bool copy) {
    mend_surrogates(text_.data() + (text - text_.data()), size);
    return to_.String(text, size, copy);
  }

  // The text of a number of right grammar. No for one that no double can hold.
  // NOLINTNEXTLINE(readability-identifier-naming)
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    const std::string_view number(text, size);
    if (const auto integer = to_signed(number)) return to_.Int64(*integer);
    if (const auto integer = to_unsigned(number)) return to_.Uint64(*integer);
    const auto real = to_double(number);
    return real && to_.Double(*real);
  }

 private:
  rapidjson::Document& to_;
  std::string& text_;
};

}  // namespace

// Strings are decoded in place: the tree points into `text`.
struct Document::Tree {
  explicit Tree(std::string_view given) : text(given), allocator(given.size() * 2 + 512) {}
  std::string text;
  rapidjson::MemoryPoolAllocator<> allocator;
  rapidjson::Document document{&allocator};
};

Document::Document(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string_view text) {
  constexpr unsigned flags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
  // All of it at once, and faster than the parser would by itself. A NUL would end the text for the parser.
  if (!is_utf8(text)) return fail(ErrorKind::bad_input, "not JSON: not valid UTF-8");
  if (text.find('\0') != std::string_view::npos) return fail(ErrorKind::bad_input, "not JSON: holds a NUL");
  auto tree = std::make_unique<Tree>(text);
  rapidjson::Reader reader;
  rapidjson::InsituStringStream stream(tree->text.data());
  auto parse = [&](rapidjson::Document& document) {
    CarefulHandler handler(document, tree->text);
    return !reader.Parse<flags>(stream, handler).IsError();
  };
  tree->document.Populate(parse);
  if (reader.HasParseError())
    return fail(ErrorKind::bad_input,
                concat("not JSON: ", rapidjson::GetParseError_En(reader.GetParseErrorCode()), " (at byte ",
                       reader.GetErrorOffset(), ")"));
  return Document(std::move(tree));
}

View Document::root() const { return View(static_cast<const rapidjson::Value*>(&tree_->document)); }

bool View::is_object() const { return tree_value(value_).IsObject(); }
bool View::is_array() const { return tree_value(value_).IsArray(); }
bool View::is_null() const { return tree_value(value_).IsNull(); }

std::optional<View> View::find(std::string_view key) const {
  const auto& value = tree_value(value_);
  if (!value.IsObject()) return std::nullopt;
  const auto member = value.FindMember(rapidjson::Value(rapidjson::StringRef(key.data(), short_size(key))));
  if (member == value.MemberEnd()) return std::nullopt;
  return View(&member->value);
}

void View::each_member(const std::function<void(std::string_view, View)>& visit) const {
  const auto& value = tree_value(value_);
  if (!value.IsObject()) return;
  for (const auto& member : value.GetObject()) visit(string_of(member.name), View(&member.value));
}

std::vector<View> View::items() const {
  std::vector<View> views;
  const auto& value = tree_value(value_);
  if (!value.IsArray()) return views;
  views.reserve(value.Size());
  for (const auto& item : value.GetArray()) views.push_back(View(&item));
  return views;
}

std::size_t View::size() const {
  const auto& value = tree_value(value_);
  if (value.IsArray()) return value.Size();
  return value.IsObject() ? value.MemberCount() : 0;
}

std::optional<std::string_view> View::as_string() const {
  const auto& value = tree_value(value_);
  return value.IsString() ? std::optional(string_of(value)) : std::nullopt;
}

std::optional<std::int64_t> View::as_integer() const {
  const auto& value = tree_value(value_);
  return value.IsInt64() ? std::optional<std::int64_t>(value.GetInt64()) : std::nullopt;
}

std::optional<double> View::as_number() const {
  const auto& value = tree_value(value_);
  return value.IsNumber() ? std::optional(value.GetDouble()) : std::nullopt;
}

std::optional<bool> View::as_bool() const {
  const auto& value = tree_value(value_);
  return value.IsBool() ? std::optional(value.GetBool()) : std::nullopt;
}

std::string View::text(std::string_view key, std::string_view otherwise) const {
  const auto member = find(key);
  return std::string(member ? member->as_string().value_or(otherwise) : otherwise);
}

std::int64_t View::integer(std::string_view key, std::int64_t otherwise) const {
  const auto member = find(key);
  return member ? member->as_integer().value_or(otherwise) : otherwise;
}

double View::number(std::string_view key, double otherwise) const {
  const auto member = find(key);
  return member ? member->as_number().value_or(otherwise) : otherwise;
}

bool View::flag(std::string_view key, bool otherwise) const {
  const auto member = find(key);
  return member ? member->as_bool().value_or(otherwise) : otherwise;
}

std::vector<View> View::list(std::string_view key) const {
  const auto member = find(key);
  return member ? member->items() : std::vector<View>{};
}

struct Writer::State {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
};

Writer::Writer() : state_(std::make_unique<State>()) {}
Writer::~Writer() = default;

Writer& Writer::object() { return state_->writer.StartObject(), *this; }
Writer& Writer::end_object() { return state_->writer.EndObject(), *this; }
Writer& Writer::array() { return state_->writer.StartArray(), *this; }
Writer& Writer::end_array() { return state_->writer.EndArray(), *this; }
Writer& Writer::key(std::string_view name) {
  return state_->writer.Key(name.data(), short_size(name)), *this;
}
Writer& Writer::value(std::string_view text) {
  return state_->writer.String(text.data(), short_size(text)), *this;
}
Writer& Writer::value(bool flag) { return state_->writer.Bool(flag), *this; }
Writer& Writer::value(double number) { return state_->writer.Double(number), *this; }
Writer& Writer::signed_value(std::int64_t number) { return state_->writer.Int64(number), *this; }
Writer& Writer::unsigned_value(std::uint64_t number) { return state_->writer.Uint64(number), *this; }

std::string Writer::text() const { return {state_->buffer.GetString(), state_->buffer.GetSize()}; }

}  // namespace testfarm::json

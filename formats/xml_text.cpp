#include "formats/xml_text.hpp"

#include <iconv.h>

#include <algorithm>
#include <cerrno>

#include "base/regex.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_bytes = 64 << 20;

// The encoding that the text begins with (XML 1.0, appendix F): by its mark, else by its declaration, else
// UTF-8.
std::string encoding_of(std::string_view text) {
  using namespace std::string_view_literals;
  if (text.starts_with("\xEF\xBB\xBF")) return "UTF-8";
  if (text.starts_with("\xFF\xFE\x00\x00"sv)) return "UTF-32LE";
  if (text.starts_with("\x00\x00\xFE\xFF"sv)) return "UTF-32BE";
  if (text.starts_with("\xFF\xFE"sv) || text.starts_with("<\0?\0"sv)) return "UTF-16LE";
  if (text.starts_with("\xFE\xFF"sv) || text.starts_with("\0<\0?"sv)) return "UTF-16BE";
  static const Regex declaration = *Regex::compile(
      R"re(^<\?xml[^>]*?[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*["']([A-Za-z][A-Za-z0-9._-]*)["'])re");
  const auto declared = declaration.capture(text.substr(0, 200));
  if (!declared) return "UTF-8";
  // A declaration that can be read byte by byte is not in two bytes a character, whatever it says (.NET's
  // StringWriter says so).
  static const Regex wide = *Regex::compile("(?i)^(utf-?(16|32)|ucs-?[24])");
  return wide.finds_in(*declared) ? "UTF-8" : std::string(*declared);
}

// What a program printed into its report before it began.
std::string without_preface(std::string text) {
  static const Regex begin = *Regex::compile(
      R"re((<\?xml |<(?:testsuites?|testrun|test-run|test-results|assembl(?:y|ies)|TestRun)[ >]))re");
  const std::string_view clean = trim(text);
  if (clean.empty() || clean.starts_with("\xEF\xBB\xBF")) return text;
  const auto found = clean.front() == '<' ? clean : begin.capture(text).value_or(text);
  text.erase(0, static_cast<std::size_t>(found.data() - text.data()));
  return text;
}

bool is_utf8_name(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](char c) { return static_cast<char>(c | 0x20); });
  return name == "utf-8" || name == "utf8" || name == "us-ascii" || name == "ascii";
}

class Converter {
 public:
  explicit Converter(const std::string& from) : handle_(iconv_open("UTF-8", from.c_str())) {}
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() {
    if (is_open()) iconv_close(handle_);
  }
  // NOLINTNEXTLINE(performance-no-int-to-ptr): POSIX has it so
  bool is_open() const { return handle_ != reinterpret_cast<iconv_t>(-1); }
  // What is no character of the encoding becomes U+FFFD.
  std::string convert(std::string bytes) const {
    std::string converted;
    char* in = bytes.data();
    std::size_t left = bytes.size();
    while (left > 0) {
      char block[4096];
      char* out = block;
      std::size_t room = sizeof block;
      const bool stopped = iconv(handle_, &in, &left, &out, &room) == static_cast<std::size_t>(-1);
      converted.append(block, sizeof block - room);
      if (!stopped || errno == E2BIG) continue;
      converted += "\xEF\xBF\xBD";
      if (errno != EILSEQ) break;  // an unfinished character at the end
      ++in;
      --left;
    }
    return converted;
  }

 private:
  iconv_t handle_;
};

Result<std::string> as_utf8(std::string text, const std::string& name) {
  const std::string encoding = encoding_of(text);
  if (is_utf8_name(encoding)) return repaired_utf8(text);
  const Converter converter(encoding);
  if (!converter.is_open())
    return fail(ErrorKind::bad_input,
                concat(name, " declares the encoding ", in_quotes(encoding), ", which is unknown here"));
  return converter.convert(std::move(text));
}

std::size_t line_at(std::string_view text, std::size_t offset) {
  return 1 +
         static_cast<std::size_t>(std::count(
             text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size())), '\n'));
}

// "1.234,5": of two kinds of separators the last one is the decimal one; of one that comes once, too.
std::string with_decimal_point(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\'' || c == '_'; });
  const auto comma = text.rfind(',');
  const auto point = text.rfind('.');
  if (comma == std::string::npos) {
    if (std::count(text.begin(), text.end(), '.') > 1) std::erase(text, '.');
    return text;
  }
  const bool decimal_comma =
      point == std::string::npos ? std::count(text.begin(), text.end(), ',') == 1 : comma > point;
  std::erase(text, decimal_comma ? '.' : ',');
  std::replace(text.begin(), text.end(), ',', '.');
  return text;
}

// Of "PT1H2M3.5S" or "P1DT…".
std::optional<double> duration_in(std::string_view text) {
  if (!text.starts_with('P')) return std::nullopt;
  text.remove_prefix(1);
  double seconds = 0;
  bool of_day = false;
  while (!text.empty()) {
    if (text.front() == 'T') {
      of_day = true;
      text.remove_prefix(1);
      continue;
    }
    const auto digits = text.find_first_not_of("0123456789.,");
    if (digits == 0 || digits == std::string_view::npos) return std::nullopt;
    const auto number = to_double(with_decimal_point(std::string(text.substr(0, digits))));
    if (!number) return std::nullopt;
    switch (text[digits]) {
      case 'D': seconds += *number * 86400; break;
      case 'H': seconds += *number * 3600; break;
      case 'M':
        if (!of_day) return std::nullopt;
        seconds += *number * 60;
        break;
      case 'S': seconds += *number; break;
      default: return std::nullopt;
    }
    text.remove_prefix(digits + 1);
  }
  return seconds;
}

// Whether the last element of that name has its end in the text.
bool is_finished(std::string_view text, const std::string& name) {
  const std::string_view rest = text.substr(std::min(text.rfind('<' + name), text.size()));
  if (rest.find("</" + name) != std::string_view::npos) return true;
  const auto end = rest.find('>');
  return end != std::string_view::npos && end > 0 && rest[end - 1] == '/';
}

// Of a test that the text breaks off in nobody knows how it ended, unless it says already that it failed.
void drop_unfinished(pugi::xml_node node, std::string_view text) {
  for (pugi::xml_node child = node.last_child(); child; child = child.last_child()) {
    const std::string name = child.name();
    const bool is_test =
        name == "testcase" || name == "test-case" || name == "test" || name == "UnitTestResult";
    if (!is_test || child.child("failure") || child.child("error") || is_finished(text, name)) continue;
    child.parent().remove_child(child);
    return;
  }
}

}  // namespace

Result<std::unique_ptr<XmlText>> read_xml(const Path& file) {
  TRY_SET(std::string bytes, read_file(file, most_bytes));
  return parse_xml(std::move(bytes), file.string());
}

Result<std::unique_ptr<XmlText>> parse_xml(std::string bytes, const std::string& name) {
  if (trim(bytes).empty()) return fail(ErrorKind::bad_input, concat(name, " is empty"));
  TRY_SET(const std::string text, as_utf8(without_preface(std::move(bytes)), name));
  auto xml = std::make_unique<XmlText>();
  const auto parsed =
      xml->document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) {
    drop_unfinished(xml->document, text);
    xml->broken = concat(name, " cannot be read on from line ",
                         line_at(text, static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0))),
                         ": ", parsed.description());
  }
  return xml;
}

double seconds_in(std::string_view text) {
  text = trim(text);
  if (const auto duration = duration_in(text)) return *duration;
  if (text.ends_with('s')) text = trim(text.substr(0, text.size() - 1));
  double seconds = 0;
  for (const std::string_view part : split(text, ':')) {
    const auto number = to_double(with_decimal_point(std::string(trim(part))));
    if (!number || *number < 0) return 0;
    seconds = seconds * 60 + *number;
  }
  return seconds;
}

std::string text_of(const pugi::xml_node& node) {
  std::string text;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
      text += child.value();
    else if (child.type() == pugi::node_element && text.size() < 4096)
      text += concat(text.empty() ? "" : "\n", text_of(child));
  }
  return std::string(trim(text));
}

}  // namespace testfarm

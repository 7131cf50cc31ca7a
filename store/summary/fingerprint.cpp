#include "store/summary/fingerprint.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_compared = 300;  // bytes

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(char c) { return is_digit(c) || is_letter(c); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_of_path(char c) {
  return is_word(c) || c == '/' || c == '\\' || c == '.' || c == '-' || c == '+' || c == '~' || c == '@' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Replaces typographic quotation marks, backquotes and double quotes by one.
std::string one_kind_of_quotes(std::string_view line) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::string_view rest = line.substr(i);
    if (rest.starts_with("\u2018") || rest.starts_with("\u2019") || rest.starts_with("\u201c") ||
        rest.starts_with("\u201d")) {
      text += '\'';
      i += 2;
    } else {
      text += line[i] == '`' || line[i] == '"' ? '\'' : line[i];
    }
  }
  return text;
}

// A file's name as the next run may have it, too: gcc's ccXXXXXX.o, mkstemp's and Python's tmpXXXXXXXX.
std::string stable_name(std::string_view name) {
  if (name.size() > 8 && name.starts_with("cc") && name[8] == '.') return concat("ccN", name.substr(8));
  if (name.size() >= 9 && name.starts_with("tmp") && name.find('.') > 8)
    return concat("tmpN", name.substr(std::min(name.find('.'), name.size())));
  return std::string(name);
}

// How long the path at the start of a text is; 0 where there is none. "C:\a\b.cpp", "/a/b.cpp", "../a/b.cpp".
std::size_t path_length(std::string_view text) {
  std::size_t at =
      text.size() > 2 && is_letter(text[0]) && text[1] == ':' && (text[2] == '\\' || text[2] == '/') ? 2 : 0;
  bool parts = false;
  bool letters = false;  // 3/10 is none
  while (at < text.size() && is_of_path(text[at])) {
    parts = parts || text[at] == '/' || text[at] == '\\';
    letters = letters || is_letter(text[at]);
    ++at;
  }
  while (at > 0 && text[at - 1] == '.') --at;  // the sentence's full stop
  return parts && letters ? at : 0;
}

std::string_view last_part(std::string_view path) {
  const auto at = path.find_last_of("/\\");
  return at == std::string_view::npos ? path : path.substr(at + 1);
}

// Digits with what numbers are written with inside: 1.5, 12:34:56, 2026-11-25.
std::size_t number_length(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() &&
         (is_digit(text[at]) || (std::string_view(".,:-T").find(text[at]) != std::string_view::npos &&
                                 at + 1 < text.size() && is_digit(text[at + 1]))))
    ++at;
  return at;
}

// A word without its numbers, if it is nothing but one: an address, a hash, a count.
std::string stable_word(std::string_view word) {
  if (word.size() > 2 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X') &&
      std::all_of(word.begin() + 2, word.end(), is_hex))
    return "0xN";
  const bool hex = std::all_of(word.begin(), word.end(), is_hex);
  const bool digits = std::any_of(word.begin(), word.end(), is_digit);
  if (hex && digits && word.size() >= 7) return "H";
  return std::string(word);
}

class Normaliser {
 public:
  explicit Normaliser(std::string_view line) : rest_(line) {}

  std::string run() {
    while (!rest_.empty() && to_.size() < most_compared) step();
    while (!to_.empty() && to_.back() == ' ') to_.pop_back();
    return std::string(utf8_prefix(to_, most_compared));
  }

 private:
  void take(std::size_t count) { rest_.remove_prefix(std::min(count, rest_.size())); }
  void put(std::string_view text) { to_ += text; }

  void step() {
    if (rest_.front() == ' ' || rest_.front() == '\t') {
      if (!to_.empty() && to_.back() != ' ') put(" ");
      return take(1);
    }
    if (const std::size_t length = path_length(rest_)) {
      put(stable_name(last_part(rest_.substr(0, length))));
      take(length);
      return drop_place();
    }
    if (is_word(rest_.front())) return word();
    put(rest_.substr(0, 1));
    take(1);
  }

  void word() {
    if (is_digit(rest_.front())) {
      const std::size_t digits = number_length(rest_);
      const std::size_t whole = word_length();
      // "3rd", "2nd", "0x1f", "4f2c1e9" are words that begin with a digit; "1.5" and "12:30" are numbers.
      if (whole <= digits) {
        put("N");
        return take(digits);
      }
    }
    const std::string_view word = rest_.substr(0, word_length());
    take(word.size());
    const bool file = !rest_.empty() && rest_.front() == '.' && rest_.size() > 1 && is_letter(rest_[1]);
    if (!file) return put(stable_word(word));
    // main.cpp:12:5
    const std::size_t ending = 1 + word_length(1);
    put(stable_name(concat(word, rest_.substr(0, ending))));
    take(ending);
    drop_place();
  }

  std::size_t word_length(std::size_t from = 0) const {
    std::size_t at = from;
    while (at < rest_.size() && is_word(rest_[at])) ++at;
    return at - from;
  }

  // ":47:30", "(12,5)" or "(12)" after a file's name.
  void drop_place() {
    while (rest_.size() > 1 && rest_[0] == ':' && is_digit(rest_[1])) {
      take(1);
      take(std::min(rest_.find_first_not_of("0123456789"), rest_.size()));
    }
    if (rest_.size() < 3 || rest_[0] != '(' || !is_digit(rest_[1])) return;
    const auto end = rest_.find_first_not_of("0123456789,", 1);
    if (end != std::string_view::npos && rest_[end] == ')') take(end + 1);
  }

  std::string_view rest_;
  std::string to_;
};

}  // namespace

std::string normalised(std::string_view line) {
  const std::string text = one_kind_of_quotes(utf8_prefix(line, 4 * most_compared));
  return Normaliser(text).run();
}

std::string fingerprint_of(std::string_view where, std::string_view what) {
  return to_hex(sha256(concat(where, '\n', what))).substr(0, 16);
}

}  // namespace testfarm

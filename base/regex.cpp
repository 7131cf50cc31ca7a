#include "base/regex.hpp"

#include <re2/re2.h>

#include "base/text.hpp"

namespace testfarm {

struct Regex::Compiled {
  explicit Compiled(std::string_view expression)
      : re({expression.data(), expression.size()}, [] {
          RE2::Options options;
          options.set_log_errors(false);
          options.set_encoding(RE2::Options::EncodingLatin1);  // output may hold anything
          return options;
        }()) {}
  RE2 re;
};

Result<Regex> Regex::compile(std::string_view expression) {
  auto compiled = std::make_shared<const Compiled>(expression);
  if (!compiled->re.ok())
    return fail(ErrorKind::bad_input,
                concat(in_quotes(expression), " is no regular expression: ", compiled->re.error()));
  return Regex(std::move(compiled));
}

bool Regex::finds_in(std::string_view text) const { return capture(text).has_value(); }

std::optional<std::string_view> Regex::capture(std::string_view text) const {
  const int groups = compiled_->re.NumberOfCapturingGroups() > 0 ? 2 : 1;
  re2::StringPiece found[2];
  const bool matches = compiled_->re.Match({text.data(), text.size()}, 0, text.size(), RE2::UNANCHORED,
                                           static_cast<re2::StringPiece*>(found), groups);
  if (!matches) return std::nullopt;
  const re2::StringPiece& wanted = found[groups - 1];
  return std::string_view(wanted.data(), wanted.size());
}

std::optional<std::vector<std::string_view>> Regex::captures(std::string_view text) const {
  const int groups = compiled_->re.NumberOfCapturingGroups();
  std::vector<re2::StringPiece> found(static_cast<std::size_t>(groups) + 1);
  if (!compiled_->re.Match({text.data(), text.size()}, 0, text.size(), RE2::UNANCHORED, found.data(),
                           groups + 1))
    return std::nullopt;
  std::vector<std::string_view> all;
  for (std::size_t i = 1; i < found.size(); ++i) all.emplace_back(found[i].data(), found[i].size());
  return all;
}

}  // namespace testfarm

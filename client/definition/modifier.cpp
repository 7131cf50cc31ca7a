#include "client/definition/modifier.hpp"

#include "base/text.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

using Kind = Modifier::Kind;

struct BuiltIn {
  std::string_view word;
  Kind kind;
  ModifierUse use;
  std::string_view usage;
};
constexpr BuiltIn built_ins[] = {
    {"first", Kind::first, ModifierUse::info, "first N"},
    {"last", Kind::last, ModifierUse::info, "last N"},
    {"match", Kind::match, ModifierUse::info, "match REGEX"},
    {"time", Kind::time, ModifierUse::stats, "time"},
    {"memory", Kind::memory, ModifierUse::stats, "memory"},
    {"warnings", Kind::warnings, ModifierUse::stats, "warnings"},
    {"sloc", Kind::sloc, ModifierUse::stats, "sloc PATH"},
    {"number", Kind::number, ModifierUse::stats, "number NAME = REGEX"},
    {"match", Kind::match, ModifierUse::success, "match REGEX"},
    {"without", Kind::without, ModifierUse::success, "without REGEX"},
};

// What stands after the built-in's word, taken in. False where it makes no sense.
Result<bool> take_rest(Modifier& modifier, std::string_view rest) {
  switch (modifier.kind) {
    case Kind::time:
    case Kind::memory:
    case Kind::warnings: return rest.empty();
    case Kind::first:
    case Kind::last: {
      const auto lines = to_unsigned(rest);
      modifier.lines = lines.value_or(0);
      return modifier.lines > 0;
    }
    case Kind::sloc: modifier.text = rest; return !rest.empty();
    case Kind::number: {
      const auto equals = rest.find('=');
      if (equals == std::string_view::npos) return false;
      modifier.name = trim(rest.substr(0, equals));
      rest = trim(rest.substr(equals + 1));
      break;
    }
    default: break;
  }
  if (rest.empty() ||
      (modifier.kind == Kind::number && (modifier.name.empty() || modifier.name.size() > limits::name)))
    return false;
  TRY_SET(modifier.regex, Regex::compile(rest));
  return true;
}

}  // namespace

Result<Modifier> parse_modifier(const std::string& text, ModifierUse use) {
  const std::string_view clean = trim(text);
  const auto blank = std::min(clean.find_first_of(" \t"), clean.size());
  const std::string_view word = clean.substr(0, blank);
  for (const BuiltIn& built_in : built_ins) {
    if (built_in.use != use || built_in.word != word) continue;
    Modifier modifier;
    modifier.kind = built_in.kind;
    TRY_SET(const bool understood, take_rest(modifier, trim(clean.substr(blank))));
    if (understood) return modifier;
    return fail(ErrorKind::bad_input, concat("wants to be \"", built_in.usage, "\"; a program called ", word,
                                             " is meant by \"command ", word, " …\""));
  }
  Modifier modifier;
  modifier.text = text;
  return modifier;
}

}  // namespace testfarm

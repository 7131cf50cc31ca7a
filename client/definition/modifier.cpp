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
    {.word = "first", .kind = Kind::first, .use = ModifierUse::info, .usage = "first N"},
    {.word = "last", .kind = Kind::last, .use = ModifierUse::info, .usage = "last N"},
    {.word = "match", .kind = Kind::match, .use = ModifierUse::info, .usage = "match REGEX"},
    {.word = "time", .kind = Kind::time, .use = ModifierUse::stats, .usage = "time"},
    {.word = "memory", .kind = Kind::memory, .use = ModifierUse::stats, .usage = "memory"},
    {.word = "warnings", .kind = Kind::warnings, .use = ModifierUse::stats, .usage = "warnings"},
    {.word = "sloc", .kind = Kind::sloc, .use = ModifierUse::stats, .usage = "sloc PATH"},
    {.word = "number", .kind = Kind::number, .use = ModifierUse::stats, .usage = "number NAME = REGEX"},
    {.word = "match", .kind = Kind::match, .use = ModifierUse::success, .usage = "match REGEX"},
    {.word = "without", .kind = Kind::without, .use = ModifierUse::success, .usage = "without REGEX"},
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

std::string nearest_built_in(const std::string& text, ModifierUse use) {
  const std::string_view clean = trim(text);
  std::vector<std::string> names;
  for (const BuiltIn& built_in : built_ins)
    if (built_in.use == use) names.emplace_back(built_in.word);
  return nearest(clean.substr(0, clean.find_first_of(" \t")), names);
}

Result<Modifier> parse_modifier(const std::string& text, ModifierUse use) {
  const std::string_view clean = trim(text);
  const auto blank = std::min(clean.find_first_of(" \t"), clean.size());
  const std::string_view word = clean.substr(0, blank);
  for (const BuiltIn& built_in : built_ins) {
    if (built_in.use != use || built_in.word != word) continue;
    Modifier modifier;
    modifier.kind = built_in.kind;
    modifier.written = clean;
    TRY_SET(const bool understood, take_rest(modifier, trim(clean.substr(blank))));
    if (understood) return modifier;
    return fail(ErrorKind::bad_input, concat("wants to be \"", built_in.usage, "\"; a program called ", word,
                                             " is meant by \"command ", word, " …\""));
  }
  Modifier modifier;
  modifier.written = clean;
  modifier.text = text;
  return modifier;
}

}  // namespace testfarm

// What is made of a command's output, as the owner wrote it: a built-in by its words, or any program.
//
//   info     first N | last N | match REGEX | PROGRAM: its stdout
//   stats    time | memory | warnings | sloc PATH | number NAME = REGEX | PROGRAM: its lines "name value"
//   success  match REGEX | without REGEX | PROGRAM: its exit status
//
// A program is a statement for sh that reads the output on its stdin. One that is called like a built-in is
// meant by "command time" or "./time".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/regex.hpp"
#include "base/result.hpp"

namespace testfarm {

enum class ModifierUse : std::uint8_t { info, stats, success };

struct Modifier {
  enum class Kind : std::uint8_t {
    first,
    last,
    match,
    without,
    time,
    memory,
    warnings,
    sloc,
    number,
    program
  };
  Kind kind = Kind::program;
  std::string written;         // as the owner wrote it
  std::uint64_t lines = 0;     // first, last
  std::string name;            // number: of the stat
  std::string text;            // program: the statement; sloc: where to look
  std::optional<Regex> regex;  // match, without, number
};

// The built-in of that use that somebody who wrote this as a program may have meant; empty where none is
// near.
std::string nearest_built_in(const std::string& text, ModifierUse use);

// bad_input where the words are a built-in's but make no sense, or its regular expression is none.
Result<Modifier> parse_modifier(const std::string& text, ModifierUse use);

}  // namespace testfarm

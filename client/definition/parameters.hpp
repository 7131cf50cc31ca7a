// The {parameters} of a definition: nested tables by their path ({compiler.flags}), values that use others.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/toml.hpp"

namespace testfarm {

using Parameters = std::map<std::string, std::string>;

// {name} becomes its value where `parameters` has it and no $ stands before; everything else stays as it is,
// for it may be the shell's. `missed` hears of names that look like a slip of one that is there.
std::string with_parameters(
    std::string_view text, const Parameters& parameters,
    const std::function<void(const std::string& word, const std::string& meant)>& missed = {});

enum class Known : std::uint8_t { replaced, stay };

// The members of [parameters] added to `known`, each filled in with the others. `problem` hears of values
// that are neither text nor number and of circles.
void add_parameters(const toml_file::Value& table, Parameters& known,
                    const std::function<void(const toml_file::Value& at, const std::string& what)>& problem,
                    Known names = Known::replaced);

}  // namespace testfarm

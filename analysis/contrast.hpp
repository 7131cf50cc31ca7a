// What machines that fail have in common and machines that pass lack: "libc++", "armv7l", "Windows".
#pragma once

#include <string>
#include <vector>

#include "schema/event.hpp"

namespace testfarm {

struct Feature {
  std::string fact;  // its name: "compiler"
  std::string text;  // "libc++"
  bool operator==(const Feature&) const = default;
};

// What a fact's value says: its parts between commas, each whole, without the lesser digits of its version,
// without the version, and the names in it. "Apple clang 16.0, libc++" → "Apple clang 16.0", "Apple clang
// 16", "Apple clang", "clang", "libc++" …
std::vector<Feature> features_of(const Facts& facts);

constexpr std::size_t most_features = 3;

// Fewer machines than these are not compared: any one has something of its own.
constexpr std::size_t least_failing = 2;
constexpr std::size_t least_passing = 3;

// Those that every failing machine has and no passing one, one a fact: a whole part of it rather than words
// of one, and of several the shortest, which is the most general.
std::vector<Feature> contrast(const std::vector<Facts>& failing, const std::vector<Facts>& passing);

}  // namespace testfarm

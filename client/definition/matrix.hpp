// [matrix] of a testfarm.toml: one client for each combination of values.
//
//   [matrix]
//   compiler = ["gcc", { name = "clang", cxx = "clang++-19" }]
//   build    = ["debug", "release"]
//   exclude  = [{ compiler = "clang", build = "debug" }]
//   include  = [{ compiler = "gcc", build = "asan" }]
//
// A combination becomes what a [[variant]] is: a tree that is laid over the rest. It has
//   client      the file's own, and the values' names: "debian-gcc-debug"
//   parameters  {compiler}, and {compiler.cxx} of values that are tables
//   facts       compiler, where the owner names none
#pragma once

#include <string>
#include <vector>

#include "base/toml.hpp"

namespace testfarm {

// The names of the axes of a tree's [matrix], as they stand in the file: the order of names, and the last
// one changes first.
std::vector<std::string> axes_of(const toml_file::Value& tree);

// Answers the tree itself where it has no [matrix]. `order`: axes_of the file alone, so that names stay where
// something is laid over it; axes that are not in it come last. Mistakes go to `problems`.
std::vector<toml_file::Value> expand_matrix(toml_file::Value tree, const std::vector<std::string>& order,
                                            std::vector<std::string>& problems);

}  // namespace testfarm

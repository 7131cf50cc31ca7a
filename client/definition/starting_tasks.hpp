// What to begin with: tasks for a project that is built as its files say.
#pragma once

#include <string>
#include <vector>

#include "base/file.hpp"

namespace testfarm {

struct StartingTasks {
  std::string built_by;            // "CMake", for people; empty where no file tells
  std::vector<std::string> needs;  // programs
  std::string tasks;               // [[task]] with comments
};

// By the files of a checkout: CMakeLists.txt, Cargo.toml … The first that is there counts, in the order in
// which one is the work of another. CMake's where none is.
StartingTasks starting_tasks(const Path& checkout);
// CMake's; `compiler`: as {compiler.cxx} of a matrix says.
std::string cmake_tasks(bool compiler);

}  // namespace testfarm

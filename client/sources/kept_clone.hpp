// A clone that nobody has to look after: what broke is mended or made anew, what builds left goes, and a
// directory that is not ours is left alone.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "client/sources/clone.hpp"

namespace testfarm {

// What was done to it, for the console and the execution.
using SayOfClone = std::function<void(const std::string& sentence)>;

// `definition` and `clock` outlive it. `marks_directory`: where its mark is.
std::unique_ptr<Source> kept_clone(std::unique_ptr<Clone> clone, const RepositoryDefinition& definition,
                                   const Path& marks_directory, const Clock& clock, SayOfClone say);

}  // namespace testfarm

// The files that people write may be wrong for a while, and one slip must not stop what many share: the farm
// then goes on with what a file said when it was last right. FARM/last-good holds copies, in the places that
// the files have in the farm; the generator makes them, under its lock. Without a copy a project or client
// has its default settings.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/farm_config.hpp"
#include "store/layout.hpp"

namespace testfarm {

// farm.toml, and what is wrong with it: empty, or where and what. `used` is the file that it was read from.
struct FarmConfigAtHand {
  FarmConfig config;
  Path used;
  std::string slip;
};
// bad_input where it is wrong and never was right.
Result<FarmConfigAtHand> farm_config_at_hand(const Layout& layout);
Result<ProjectConfig> project_config_at_hand(const Layout& layout, const ProjectId& id);
Result<std::string> start_definition_at_hand(const Layout& layout, const ProjectId& id);
Result<ClientConfig> client_config_at_hand(const Layout& layout, const ClientKey& key,
                                           const Limits& farm = {});

// A file that cannot be read as it is.
struct Slip {
  Path file;
  std::string what;  // "FILE:LINE:COLUMN: …", a mistake a line
};
// Of the whole farm. Changes nothing.
Result<std::vector<Slip>> find_slips(const Layout& layout);
// Keeps a copy of each file that is right; where it changed, pages of its project or client are due. Answers
// the slips of which nobody was told today, or not since the file was changed.
Result<std::vector<Slip>> keep_good(const Layout& layout, Millis now);

}  // namespace testfarm

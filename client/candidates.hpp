// Which executions are to come: decided from what was seen and what is remembered, without asking anybody.
// What is asked (repositories, the farm) and what is done with the answer stands in poll.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "client/definition/definition.hpp"
#include "client/sources/source.hpp"
#include "client/state_file.hpp"
#include "schema/event.hpp"

namespace testfarm {

using Revisions = std::map<std::string, std::string>;  // repository → revision

struct RunOptions {
  bool force = false;              // run also where nothing changed
  std::string branch;              // only this one; empty: all
  std::string revision;            // of the first repository instead of what is newest
  std::vector<std::string> tasks;  // only these: a trial that is not reported
};

// A branch or tag of the first repository, as it was seen.
struct SeenBranch {
  Tip tip;
  std::vector<std::string> steps;  // revisions since the one tested last that are to be tested, oldest first
};

struct Seen {
  std::string repository;            // name of the first one, whose branches are watched
  std::vector<SeenBranch> branches;  // those that the options name
  Revisions others;                  // of the other repositories the newest revision
};

// An execution to come.
struct Candidate {
  std::string branch;
  Revisions revisions;
  Reason reason = Reason::change;
};

// In the order in which they are to run. `requested`: the farm asked for an execution; where nothing has
// changed, that is the reason of the answer's candidates. `now`: wall clock.
std::vector<Candidate> candidates(const Seen& seen, const RememberedState& memory, const Schedule& schedule,
                                  const RunOptions& options, bool requested, Millis now);

// Whether what the branch met last was trouble, too short a while ago to try again.
bool waits_after_trouble(const RememberedState& memory, const std::string& branch, Millis now);

// Branches that were tested, that the definition still names, and that the repository has no more: those
// tested last, limits::gone at most. None where not all tips were looked at.
std::vector<std::string> gone_branches(const std::vector<Tip>& tips, const RepositoryDefinition& repository,
                                       const RememberedState& memory);

// Who begins to watch tags does not want all that there ever were: those that are there now count as tested.
void skip_old_tags(const std::vector<Tip>& tips, const RepositoryDefinition& repository,
                   RememberedState& memory);

}  // namespace testfarm

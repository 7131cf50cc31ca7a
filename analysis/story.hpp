// The story of a failure: since when, where else, which commits may have done it, what the failing machines
// have in common. Told as of a moment: what the farm had heard until then, so that an execution's page says
// what was known when it ended, and a page made anew says the same.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "analysis/client_history.hpp"
#include "analysis/contrast.hpp"
#include "analysis/failure_case.hpp"
#include "analysis/flakiness.hpp"
#include "analysis/suspects.hpp"
#include "base/result.hpp"
#include "store/index/index.hpp"

namespace testfarm {

struct Story {
  ProjectId project;
  std::string branch;
  std::string fingerprint;
  Failure example;              // as the newest execution has it
  std::string repository, url;  // whose revisions stand for what was tested, and where clients fetch it
  std::vector<ClientHistory>
      histories;         // clients that have it still, then those that had it; each newest first
  std::size_t open = 0;  // of these, how many have it still
  // And how many had it and are rid of it: the others are retired.
  std::size_t recovered() const {
    return static_cast<std::size_t>(std::count_if(histories.begin(), histories.end(), [](const auto& part) {
      return part.fixed_by && part.retired_at == 0;
    }));
  }
  Occurrence first;  // ever, on this branch
  Occurrence last;
  Range suspects;  // shared by `ranges` of the open ones, or of the last ones
  std::size_t ranges = 0;
  // Gone elsewhere with this execution, whose commit is newer than whatever the clients that still have it
  // have a result of: they may be mended already.
  std::optional<ExecutionHeader> mended;
  std::vector<Feature> features;         // that the failing machines share and the passing ones lack
  std::size_t failing = 0, passing = 0;  // machines compared
  Flakiness flakiness;
};

enum class Novelty : unsigned char { fresh, returned, known, flaky };

// One failure of one execution, as it was known when that ended.
struct Judgement {
  Novelty verdict = Novelty::fresh;
  std::optional<Occurrence> since;  // known: the first; returned: the last before
  Story story;
};

class Storyteller {
 public:
  explicit Storyteller(Index& index) : lookup_(index), index_(index) {}

  // Nothing where nobody met it by then.
  Result<std::optional<Story>> tell(const ProjectId& project, const std::string& branch,
                                    const std::string& fingerprint, Millis known);
  // How one client met it last; nothing where it did not.
  Result<std::optional<ClientHistory>> client_history(const ClientKey& client, const std::string& branch,
                                                      const std::string& fingerprint, Millis known);
  // Whether an execution surely does not have what its client had before; and the client's judged one before
  // it, `before`, did not show that yet.
  Result<bool> mends(const ExecutionHeader& execution, const std::optional<ExecutionHeader>& before,
                     const std::string& fingerprint);
  Result<std::optional<Judgement>> judge(const ExecutionRow& execution, const Failure& failure);

 private:
  Result<Story> tell_case(const FailureCase& of, const ClientKey* about, Millis about_at);
  Status find_retired(const FailureCase& of, ClientHistory& part);
  Status compare_machines(const FailureCase& of, Story& story);
  class Places;
  Status suspect_again(const FailureCase& of, Places& places, const std::string& repository,
                       const std::vector<Millis>& mended, ClientHistory& part);
  Status find_same_cause(Places& places, const std::string& repository, Story& story);
  Status find_mended(const FailureCase& of, Places& places, const std::string& repository, Story& story);
  Result<std::vector<Range>> ranges_of(const FailureCase& of, const ClientKey* about, Story& story);
  FailureLookup lookup_;
  Index& index_;
};

}  // namespace testfarm

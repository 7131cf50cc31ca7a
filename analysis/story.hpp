// The story of a failure: since when, where else, which commits may have done it, what the failing machines
// have in common. Told as of a moment: what the farm had heard until then, so that an execution's page says
// what was known when it ended, and a page made anew says the same.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/contrast.hpp"
#include "analysis/suspects.hpp"
#include "base/result.hpp"
#include "store/index/index.hpp"

namespace testfarm {

// One client that met the failure: the last row of executions that have it.
struct ClientPart {
  ClientKey client;
  std::optional<Brief> good;      // the last before it that does not have it
  Sighting first, last;           // of the row
  bool sure = true;               // `first` is where it began, not merely where looking back ended
  std::optional<Brief> fixed_by;  // the first after it that does not have it
  Range range;
  bool open() const { return !fixed_by; }
};

// Chance, or a change? What one commit broke is there at each revision from then on, on each machine that can
// meet it. Evidence of chance is taken from machines that did meet it, while their facts stay the same.
struct Flakiness {
  std::size_t both = 0;      // revisions at which one client had it and did not have it
  std::size_t disagree = 0;  // revisions at which one client had it and another did not
  std::size_t comings = 0;   // how often it came to the client to which it came most often
  std::size_t seen = 0;      // in the last executions of the branch
  std::size_t of = 0;        // how many these are, 100 at most
  bool flaky() const { return both > 0 || disagree >= 2 || comings >= 3; }
};

struct Story {
  ProjectId project;
  std::string branch;
  std::string fingerprint;
  Failure example;                // as the newest execution has it
  std::vector<ClientPart> parts;  // clients that have it still, then those that had it; each newest first
  std::size_t open = 0;           // of these, how many have it still
  Sighting first;                 // ever, on this branch
  Sighting last;
  Range suspects;  // shared by `ranges` of the open parts, or of the last ones
  std::size_t ranges = 0;
  std::vector<Feature> features;         // that the failing machines share and the passing ones lack
  std::size_t failing = 0, passing = 0;  // machines compared
  Flakiness flakiness;
};

enum class Novelty : unsigned char { fresh, returned, known, flaky };

// One failure of one execution, as it was known when that ended.
struct Judgement {
  Novelty verdict = Novelty::fresh;
  std::optional<Sighting> since;  // known: the first; returned: the last before
  Story story;
};

class Storyteller {
 public:
  explicit Storyteller(Index& index) : index_(index) {}

  // Nothing where nobody met it by then.
  Result<std::optional<Story>> tell(const ProjectId& project, const std::string& branch,
                                    const std::string& fingerprint, Millis known);
  // How one client met it last; nothing where it did not.
  Result<std::optional<ClientPart>> part(const ClientKey& client, const std::string& branch,
                                         const std::string& fingerprint, Millis known);
  // Whether an execution surely does not have what its client had before; and the client's judged one before
  // it, `before`, did not show that yet.
  Result<bool> mends(const Brief& execution, const std::optional<Brief>& before,
                     const std::string& fingerprint);
  Result<std::optional<Judgement>> judge(const ExecutionRow& execution, const Failure& failure);

 private:
  struct Where;
  struct Case;
  Result<std::optional<Case>> case_of(const ProjectId& project, const std::string& branch,
                                      const std::string& fingerprint, Millis known);
  Result<const ExecutionRow*> row_of(const ExecutionKey& key);
  Result<Where> where(const std::string& fingerprint, const ExecutionKey& execution);
  Result<std::optional<ClientPart>> part_of(const Case& of, const ClientKey& client, Millis before);
  Result<bool> lacks(const std::string& fingerprint, const Where& where, const Brief& execution);
  struct Without;
  Result<Without> last_without(const Case& of, const Sighting& last);
  Result<std::optional<Brief>> first_without(const Case& of, const Sighting& last, Millis before);
  Result<Story> tell_case(const Case& of, const ClientKey* about, Millis about_at);
  Status compare_machines(const Case& of, Story& story);
  Result<Flakiness> flakiness_of(const Case& of);
  struct Outcome;
  Result<std::set<ExecutionId>> executions_with(const Case& of, const ClientKey& client, Millis from,
                                                Millis to);
  Result<bool> same_sources(const Brief& a, const Brief& b);
  Result<bool> same_facts(const Brief& a, const Brief& b);
  Status count_window(const Case& of, Flakiness& found);
  Result<std::size_t> disagreements(const std::vector<Brief>& with,
                                    const std::vector<std::pair<Brief, Brief>>& without);
  Result<std::vector<Outcome>> outcomes_of(const Case& of, const ClientKey& client);
  class Places;
  Status suspect_again(const Case& of, Places& places, const std::string& repository,
                       const std::vector<Millis>& mended, ClientPart& part);
  Result<std::vector<Range>> ranges_of(const Case& of, const ClientKey* about, Story& story);
  Index& index_;
  std::map<ExecutionKey, std::optional<ExecutionRow>> rows_;  // read last
};

}  // namespace testfarm

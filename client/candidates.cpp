#include "client/candidates.hpp"

#include <algorithm>
#include <utility>

#include "base/glob.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

constexpr Millis trouble_pause = hour_ms;  // before a branch that met trouble is tried again

class Chooser {
 public:
  Chooser(const Seen& seen, const RememberedState& memory, const Schedule& schedule,
          const RunOptions& options, bool requested, Millis now)
      : seen_(seen),
        memory_(memory),
        schedule_(schedule),
        options_(options),
        requested_(requested),
        now_(now) {}

  std::vector<Candidate> all() {
    // A revision that somebody names runs once, on the first branch.
    if (!options_.revision.empty()) {
      if (seen_.branches.empty()) return {};
      return {candidate(seen_.branches.front().tip, options_.revision, Reason::forced)};
    }
    for (const SeenBranch& branch : seen_.branches) add(branch);
    return std::move(chosen_);
  }

 private:
  void add(const SeenBranch& branch) {
    const Tip& tip = branch.tip;
    if (!options_.force && waits_after_trouble(memory_, tip.branch, now_)) return;
    for (const std::string& step : branch.steps) chosen_.push_back(candidate(tip, step, Reason::change));

    // A tag does not move: it is tested once, or when somebody names it.
    if (!branch.steps.empty() || (tip.tag && options_.branch != tip.branch)) return;
    if (const auto reason = reason_without_changes(tip))
      chosen_.push_back(candidate(tip, tip.revision, *reason));
  }

  std::optional<Reason> reason_without_changes(const Tip& tip) const {
    if (others_changed(tip.branch)) return Reason::change;
    if (options_.force) return Reason::forced;
    if (requested_) return Reason::requested;
    if (schedule_.every == 0) return Reason::schedule;
    const auto ran = memory_.ran.find(tip.branch);
    const bool due = schedule_.force_after > 0 && !tip.tag && ran != memory_.ran.end() &&
                     now_ - ran->second >= schedule_.force_after;
    return due ? std::optional(Reason::schedule) : std::nullopt;
  }

  bool others_changed(const std::string& branch) const {
    const auto known = memory_.tested.find(branch);
    return std::any_of(seen_.others.begin(), seen_.others.end(), [&](const auto& other) {
      if (known == memory_.tested.end()) return true;
      const auto old = known->second.find(other.first);
      return old == known->second.end() || old->second != other.second;
    });
  }

  Candidate candidate(const Tip& tip, const std::string& revision, Reason reason) const {
    Candidate candidate{.branch = tip.branch, .revisions = seen_.others, .reason = reason};
    candidate.revisions[seen_.repository] = revision;
    return candidate;
  }

  const Seen& seen_;
  const RememberedState& memory_;
  const Schedule& schedule_;
  const RunOptions& options_;
  bool requested_;
  Millis now_;
  std::vector<Candidate> chosen_;
};

}  // namespace

std::vector<Candidate> candidates(const Seen& seen, const RememberedState& memory, const Schedule& schedule,
                                  const RunOptions& options, bool requested, Millis now) {
  return Chooser(seen, memory, schedule, options, requested, now).all();
}

bool waits_after_trouble(const RememberedState& memory, const std::string& branch, Millis now) {
  const auto met = memory.trouble.find(branch);
  if (met == memory.trouble.end()) return false;
  const Millis since = now - met->second.at;
  return since >= 0 && since < trouble_pause;
}

std::vector<std::string> gone_branches(const std::vector<Tip>& tips, const RepositoryDefinition& repository,
                                       const RememberedState& memory) {
  if (tips.size() >= most_tips) return {};
  std::vector<std::pair<Millis, std::string>> gone;
  for (const auto& ran : memory.ran) {
    const std::string& branch = ran.first;
    const bool there =
        std::any_of(tips.begin(), tips.end(), [&](const Tip& tip) { return tip.branch == branch; });
    if (!there && any_glob_matches(repository.branches, branch) && !any_glob_matches(repository.tags, branch))
      gone.emplace_back(ran.second, branch);
  }
  std::sort(gone.rbegin(), gone.rend());
  if (gone.size() > limits::gone) gone.resize(limits::gone);
  std::vector<std::string> names;
  for (const auto& [at, branch] : gone) names.push_back(clean_line(branch, limits::name));
  return names;
}

void skip_old_tags(const std::vector<Tip>& tips, const RepositoryDefinition& repository,
                   RememberedState& memory) {
  if (repository.tags.empty() || std::exchange(memory.watches_tags, true)) return;
  for (const Tip& tip : tips)
    if (tip.tag) memory.tested[tip.branch][repository.name] = tip.revision;
}

}  // namespace testfarm

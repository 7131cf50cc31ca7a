#include "analysis/stat_ranges.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace testfarm {
namespace {

constexpr std::size_t most_ranged = 10;  // moves of a client whose suspects are asked for, the newest

// Nearer than a quarter of the move to one of the two values: 1 the new one, -1 the old one, 0 neither.
int side_of(double value, const SeriesChange& move) {
  const double step = std::abs(move.now - move.before);
  if (std::abs(value - move.now) <= step / 4) return 1;
  return std::abs(value - move.before) <= step / 4 ? -1 : 0;
}

// From the two runs that confirmed a move to the last with the old value and the first with the new one. A
// short baseline may have taken a new value for one of its own; and runs that failed stand nearer to the
// culprit, if they have the stat. False where no run surely has the old value.
bool narrow(const std::vector<const MeasuredExecution*>& having, const SeriesChange& move,
            const std::string& stat, std::size_t& good, std::size_t& bad) {
  const auto side = [&](std::size_t at) { return side_of(having[at]->stats.at(stat), move); };
  for (; side(good) >= 0; --good) {
    if (side(good) > 0) bad = good;
    if (good == 0) return false;
  }
  for (std::size_t i = good + 1; i < bad; ++i) {
    if (side(i) < 0) good = i;
    if (side(i) > 0) bad = i;
  }
  return true;
}

void add_moves(const std::string& stat, const std::vector<const MeasuredExecution*>& having,
               const StatRule& rule, std::vector<StatChange>& all) {
  std::vector<double> values;
  std::vector<std::size_t> passed;  // where in `having`
  for (std::size_t i = 0; i < having.size(); ++i)
    if (having[i]->header.progress == Progress::passed) {
      values.push_back(having[i]->stats.at(stat));
      passed.push_back(i);
    }
  for (const SeriesChange& move : changes_in(values, rule)) {
    std::size_t good = passed[move.at - 1];
    std::size_t bad = passed[move.at];
    if (!narrow(having, move, stat, good, bad)) continue;
    all.push_back({.stat = stat,
                   .branch = having[bad]->header.branch,
                   .good = having[good]->header,
                   .execution = having[bad]->header,
                   .before = move.before,
                   .now = move.now,
                   .better = rule.better});
  }
}

bool same_kind(const StatChange& a, const StatChange& b) {
  return a.stat == b.stat && a.branch == b.branch && (a.now > a.before) == (b.now > b.before);
}

}  // namespace

std::vector<StatChange> stat_changes(const std::vector<MeasuredExecution>& executions,
                                     const std::vector<StatRule>& rules) {
  std::map<std::string, std::vector<const MeasuredExecution*>> having;  // oldest first
  for (auto one = executions.rbegin(); one != executions.rend(); ++one)
    if (one->header.has_verdict())
      for (const auto& [name, value] : one->stats) having[name].push_back(&*one);
  std::vector<StatChange> all;
  for (const auto& [name, those] : having) add_moves(name, those, rule_for(rules, name), all);
  std::stable_sort(all.begin(), all.end(), [](const StatChange& a, const StatChange& b) {
    return a.execution.started_at > b.execution.started_at;
  });
  return all;
}

Status share_stat_ranges(Index& index, const std::vector<std::vector<StatChange>*>& clients) {
  std::vector<StatChange*> moves;
  std::vector<Range> ranges;
  for (std::vector<StatChange>* of_client : clients)
    for (std::size_t i = 0; i < std::min(of_client->size(), most_ranged); ++i) {
      StatChange& move = (*of_client)[i];
      const ExecutionHeader& execution = move.execution;
      const Occurrence bad{.client = execution.key.owner.client,
                           .execution = execution.key.execution,
                           .started_at = execution.started_at,
                           .revision = execution.revision,
                           .ended_at = execution.ended_at};
      TRY_SET(Range range, range_between(index, move.good, bad, always));
      moves.push_back(&move);
      ranges.push_back(std::move(range));
    }
  for (std::size_t i = 0; i < moves.size(); ++i) {
    std::vector<Range> kin{ranges[i]};
    for (std::size_t j = 0; j < moves.size(); ++j)
      if (j != i && same_kind(*moves[i], *moves[j])) kin.push_back(ranges[j]);
    moves[i]->suspects = shared(kin, &moves[i]->ranges);
  }
  return {};
}

}  // namespace testfarm

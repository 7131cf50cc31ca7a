#include "analysis/stat_changes.hpp"

#include <algorithm>
#include <cmath>

namespace testfarm {
namespace {

constexpr std::size_t baseline_length = 10;
constexpr std::size_t baseline_least = 5;  // with fewer nothing is judged
constexpr double spread = 4 * 1.4826;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// How far from the middle is still normal.
double normal_distance(const std::vector<double>& baseline, double middle, const StatRule& rule) {
  std::vector<double> distances;
  for (const double value : baseline) distances.push_back(std::abs(value - middle));
  return std::max({spread * median(std::move(distances)), rule.relative * std::abs(middle), rule.absolute});
}

}  // namespace

std::vector<SeriesChange> changes_in(const std::vector<double>& values, const StatRule& rule) {
  std::vector<SeriesChange> moves;
  std::vector<double> baseline;
  std::size_t suspect = 0;  // number of the value before, from 1, where that was suspect
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = values[i];
    const double middle = baseline.empty() ? value : median(baseline);
    const double away = value - middle;
    const bool outside =
        baseline.size() >= baseline_least && std::abs(away) > normal_distance(baseline, middle, rule);
    if (outside && suspect > 0 && (values[suspect - 1] > middle) == (away > 0)) {
      moves.push_back({suspect - 1, middle, (values[suspect - 1] + value) / 2});
      baseline = {values[suspect - 1], value};
      suspect = 0;
      continue;
    }
    suspect = outside ? i + 1 : 0;
    if (outside) continue;
    baseline.push_back(value);
    if (baseline.size() > baseline_length) baseline.erase(baseline.begin());
  }
  return moves;
}

StatRule rule_for(const std::vector<StatRule>& rules, const std::string& stat) {
  for (const StatRule& rule : rules)
    if (rule.name == stat) return rule;
  StatRule rule;
  rule.name = stat;
  return rule;
}

}  // namespace testfarm

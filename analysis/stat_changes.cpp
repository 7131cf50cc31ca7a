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

// What is normal as the values pass by.
class Baseline {
 public:
  explicit Baseline(const StatRule& rule) : rule_(rule) {}

  // The number of values that came before is `at`.
  std::optional<SeriesChange> take(double value, std::size_t at) {
    const auto range = this->range();
    const bool outside = range && std::abs(value - range->middle) > range->distance;
    if (outside && suspect_ && (suspect_->value > range->middle) == (value > range->middle)) {
      const SeriesChange move{suspect_->at, range->middle, (suspect_->value + value) / 2};
      values_ = {suspect_->value, value};
      suspect_.reset();
      return move;
    }
    suspect_ = outside ? std::optional(Suspect{at, value}) : std::nullopt;
    if (outside) return std::nullopt;
    values_.push_back(value);
    if (values_.size() > baseline_length) values_.erase(values_.begin());
    return std::nullopt;
  }
  std::optional<NormalRange> range() const {
    if (values_.size() < baseline_least) return std::nullopt;
    const double middle = median(values_);
    return NormalRange{middle, normal_distance(values_, middle, rule_)};
  }

 private:
  struct Suspect {
    std::size_t at;
    double value;
  };
  const StatRule& rule_;
  std::vector<double> values_;
  std::optional<Suspect> suspect_;  // the value before, where that was outside
};

}  // namespace

std::vector<SeriesChange> changes_in(const std::vector<double>& values, const StatRule& rule) {
  std::vector<SeriesChange> moves;
  Baseline baseline(rule);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (const auto move = baseline.take(values[i], i)) moves.push_back(*move);
  return moves;
}

std::optional<NormalRange> normal_range(const std::vector<double>& values, const StatRule& rule) {
  Baseline baseline(rule);
  for (std::size_t i = 0; i < values.size(); ++i) baseline.take(values[i], i);
  return baseline.range();
}

StatRule rule_for(const std::vector<StatRule>& rules, const std::string& stat) {
  for (const StatRule& rule : rules)
    if (rule.name == stat) return rule;
  StatRule rule;
  rule.name = stat;
  return rule;
}

}  // namespace testfarm

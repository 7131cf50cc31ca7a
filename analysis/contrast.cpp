#include "analysis/contrast.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"

namespace testfarm {
namespace {

bool is_version(std::string_view word) {
  return !word.empty() && word.front() >= '0' && word.front() <= '9' &&
         word.find_first_not_of("0123456789.-_+") == std::string_view::npos;
}

// "16.0.1" → "16".
std::string_view major_of(std::string_view version) { return version.substr(0, version.find('.')); }

void add(std::vector<Feature>& features, const std::string& fact, std::string text) {
  Feature feature{fact, std::move(text)};
  if (!feature.text.empty() && std::find(features.begin(), features.end(), feature) == features.end())
    features.push_back(std::move(feature));
}

void add_part(std::vector<Feature>& features, const std::string& fact, std::string_view part) {
  add(features, fact, std::string(part));
  const auto words = split(part, ' ');
  std::string name;     // up to the version
  std::string to_here;  // with the major version
  for (const std::string_view word : words) {
    if (word.empty()) continue;
    if (is_version(word)) {
      if (!name.empty()) add(features, fact, concat(name, ' ', major_of(word)));
      break;
    }
    name += (name.empty() ? "" : " ") + std::string(word);
    add(features, fact, std::string(word));
    add(features, fact, name);
  }
}

// Facts in this order tell most of why a build breaks; the others come after them.
int rank(const std::string& fact) {
  constexpr std::array<std::string_view, 5> known{"compiler", "libc", "system", "architecture", "library"};
  const auto at = std::find(known.begin(), known.end(), fact);
  return static_cast<int>(at - known.begin());
}

bool has(const std::vector<Feature>& features, const Feature& feature) {
  return std::find(features.begin(), features.end(), feature) != features.end();
}

// Whether it is all that stands between two commas, and not words of it.
bool is_part(const Facts& facts, const Feature& feature) {
  const auto parts = split(facts.at(feature.fact), ',');
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return trim(part) == feature.text; });
}

}  // namespace

std::vector<Feature> features_of(const Facts& facts) {
  std::vector<Feature> features;
  for (const auto& [fact, value] : facts) {
    add(features, fact, value);
    for (const std::string_view part : split(value, ',')) add_part(features, fact, trim(part));
  }
  return features;
}

std::vector<Feature> contrast(const std::vector<Facts>& failing, const std::vector<Facts>& passing) {
  if (failing.size() < least_failing || passing.size() < least_passing) return {};
  std::vector<Feature> candidates = features_of(failing.front());
  const auto keep_if = [&](const std::vector<Facts>& machines, bool wanted) {
    for (const Facts& machine : machines) {
      const auto features = features_of(machine);
      std::erase_if(candidates, [&](const Feature& candidate) { return has(features, candidate) != wanted; });
    }
  };
  keep_if(failing, true);
  keep_if(passing, false);
  std::map<std::string, Feature> best;
  const auto better = [&](const Feature& a, const Feature& b) {
    const bool whole = is_part(failing.front(), a);
    return whole != is_part(failing.front(), b) ? whole : a.text.size() < b.text.size();
  };
  for (const Feature& candidate : candidates) {
    const auto [known, made] = best.emplace(candidate.fact, candidate);
    if (!made && better(candidate, known->second)) known->second = candidate;
  }
  std::vector<Feature> told;
  for (auto& [fact, feature] : best) told.push_back(std::move(feature));
  std::stable_sort(told.begin(), told.end(),
                   [](const Feature& a, const Feature& b) { return rank(a.fact) < rank(b.fact); });
  if (told.size() > most_features) told.resize(most_features);
  return told;
}

}  // namespace testfarm

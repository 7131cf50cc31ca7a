// Who and what planted stories are about.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "schema/event.hpp"

namespace testfarm::planted {

struct Machine {
  std::string name;
  Facts facts;
  Millis pace;        // between two looks at the repository
  Millis dies = 0;    // heard of no more from then on; 0 for never
  double size = 0;    // its binary's, before any shift; machines differ
  bool late = false;  // now and then reports a day after it ran
};

// A commit from which on a stat is so many times what it was.
struct Shift {
  std::size_t culprit;
  double factor;
};

// A stretch of commits that have the problem: from the culprit to before the fix.
struct Episode {
  std::size_t culprit, fix;
};

struct Problem {
  std::string symbol;
  std::string kind;  // platform, everywhere, flaky, again
  bool in_test = true;
  bool hangs = false;      // the build, until its time is over
  std::string fact, text;  // of the machines that meet it; empty for all
  std::vector<Episode> episodes;
  std::uint64_t percent = 100;  // of executions that meet it

  bool at(std::size_t commit) const {
    return std::any_of(episodes.begin(), episodes.end(),
                       [&](const Episode& e) { return commit >= e.culprit && commit < e.fix; });
  }
  bool on(const Machine& machine) const {
    if (fact.empty()) return true;
    const auto found = machine.facts.find(fact);
    return found != machine.facts.end() && found->second.find(text) != std::string::npos;
  }
};

// As bench/insight reads it.
inline void write_problem(json::Writer& truth, const Problem& problem) {
  truth.object().member("symbol", problem.symbol).member("kind", problem.kind);
  truth.member("fact", problem.fact).member("text", problem.text).member("hangs", problem.hangs);
  truth.key("episodes").array();
  for (const Episode& episode : problem.episodes)
    truth.object().member("culprit", episode.culprit).member("fix", episode.fix).end_object();
  truth.end_array().end_object();
}

inline std::string to_hex_digits(std::uint64_t number) {
  std::string text;
  for (; number > 0; number /= 16) text += "0123456789abcdef"[number % 16];
  return text + '1';
}

}  // namespace testfarm::planted

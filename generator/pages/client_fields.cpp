#include "generator/pages/client_fields.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "generator/html/wording.hpp"
#include "generator/site/paths.hpp"

namespace testfarm {
namespace {

std::string link_to(const ExecutionKey& key, const std::string& directory) {
  return directory + execution_file(key.execution);
}

// Unless the client has said since that it waits: then that execution was cut off and nobody told us.
bool still_runs(const ClientOverview& client) {
  if (!client.running) return false;
  const bool said_since = client.state.heard_at > client.running->summary.started_at + hour_ms;
  return !said_since || client.state.activity != Activity::waiting;
}

Millis last_report(const ClientOverview& client) {
  Millis last = 0;
  for (const BranchState& branch : client.branches) last = std::max(last, branch.active_at());
  return last;
}

// How far the running execution is: in tasks, and in time where it is known how long it takes.
Fields running_fields(const ClientOverview& client, const std::string& directory) {
  const Summary& summary = client.running->summary;
  const std::size_t at = summary.tasks.size();
  const std::size_t of = std::max(at, summary.plan.size());
  const std::string task = at == 0 ? "starting" : concat(summary.tasks.back().name, ", ", at, " of ", of);
  Fields running{{"task", task}, {"link", link_to(client.running->key, directory)}};
  if (of > 0) {
    // Without a script: the tasks that are over, of all.
    Fields bar{{"value", std::to_string(at == 0 ? 0 : at - 1)}, {"max", std::to_string(of)}};
    if (client.expected > 0)
      bar["timed"] =
          Fields{{"from", std::to_string(summary.started_at)}, {"expected", std::to_string(client.expected)}};
    running["bar"] = std::move(bar);
  }
  return running;
}

}  // namespace

std::string facts_line(const Facts& facts) {
  std::string line;
  for (const char* name : {"system", "compiler", "architecture"})
    if (const auto fact = facts.find(name); fact != facts.end())
      line += (line.empty() ? "" : " · ") + fact->second;
  return line;
}

// A run of failures is one link, to its newest.
Nodes result_strip(const std::vector<ExecutionHeader>& recent, const std::string& directory) {
  Nodes runs;
  Fields run;
  Nodes bars;
  const auto flush = [&] {
    if (bars.empty()) return;
    run["bars"] = std::move(bars);
    runs.push_back(std::move(run));
    run = {};
    bars = {};
  };
  std::string letter;
  for (auto header = recent.rbegin(); header != recent.rend(); ++header) {
    if (header->progress == Progress::running) continue;
    if (state_letter(header->progress) != letter) flush();
    letter = state_letter(header->progress);
    run["state"] = letter;
    bars.push_back(Fields{});
    if (header->progress != Progress::failed && header->progress != Progress::trouble) continue;
    run["link"] = link_to(header->key, directory);
    run["title"] = concat(bars.size(), ' ', state_word(header->progress));
  }
  flush();
  return runs;
}

std::string result_strip_words(const std::vector<ExecutionHeader>& recent) {
  const auto count = [&](Progress progress) {
    return std::count_if(recent.begin(), recent.end(),
                         [&](const ExecutionHeader& b) { return b.progress == progress; });
  };
  const auto running = static_cast<std::size_t>(count(Progress::running));
  return concat("Last ", recent.size() - running, ": ", count(Progress::passed), " passed, ",
                count(Progress::failed), " failed, ", count(Progress::trouble), " trouble, ",
                count(Progress::interrupted) + count(Progress::aborted), " interrupted");
}

// What the client is at: running, waiting with its promise, or never heard. Whether it is late is for the
// browser.
Fields doing_fields(const FarmConfig& farm, const ClientOverview& client, const std::string& directory) {
  Fields doing;
  if (still_runs(client)) {
    doing["running"] = running_fields(client, directory);
    // Not from when it was last heard: that changes with each line of output, and this page does not.
    const Millis patience = client.running->summary.started_at + hour_ms + 2 * client.expected;
    doing["deadline"] = std::to_string(std::max(client.state.deadline, patience));
  } else if (client.state.heard_at > 0) {
    doing[client.state.activity == Activity::paused ? "away" : "waiting"] = time_field(client.state.deadline);
    doing["deadline"] = std::to_string(client.state.deadline);
  } else if (const Millis last = last_report(client); last > 0) {
    // Who sends with a token has no heartbeat, and promises nothing.
    doing["reports"] = time_field(last);
  } else {
    doing["silent"] = true;
  }
  doing["grace"] = std::to_string(farm.grace);
  return doing;
}

}  // namespace testfarm

// Clients that test commits of a branch and fail with what the test says, for tests of what that means.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "analysis/story.hpp"
#include "unit/generator/site_fixture.hpp"

namespace testfarm {

// Clients that test commits 0 to 30 of one branch, hour by hour.
struct StoryFixture : SiteFixture {
  std::map<std::string, ClientKey> clients;
  std::map<std::string, std::size_t> tested;
  std::string branch = "main";
  int count = 0;
  Facts facts{{"system", "Debian 12"}};

  static std::string revision(std::size_t commit) {
    const std::string number = std::to_string(1000 + commit);
    return std::string(36, 'a') + number;
  }
  ClientKey key_of(const std::string& name) {
    if (const auto known = clients.find(name); known != clients.end()) return known->second;
    return clients.emplace(name, farm.client(name)).first->second;
  }
  // One execution; what it says decides whether it failed.
  bool two_tasks = false;           // the first passes, the second says it
  Stats stats;                      // of the next command
  std::vector<TestResult> results;  // likewise
  ExecutionKey run(const std::string& name, std::size_t commit, const std::string& says = {},
                   Outcome ended = Outcome::passed) {
    farm.clock().pass(hour_ms);
    const ClientKey of = key_of(name);
    Repository repository{.name = "source",
                          .url = "https://example.org/x.git",
                          .revision = revision(commit),
                          .changes_omitted = 0};
    const auto before = tested.find(name);
    if (before != tested.end()) repository.previous = revision(before->second);
    for (std::size_t i = commit; before == tested.end() ? repository.changes.empty() : i > before->second;
         --i)
      repository.changes.push_back({.revision = revision(i),
                                    .author = "Ann",
                                    .time = static_cast<std::int64_t>(1'700'000'000 + 60 * i),
                                    .message = concat("Change ", i)});
    tested[name] = commit;
    const bool fails = !says.empty();
    std::vector<EventBody> bodies{
        ExecutionStarted{
            .branch = branch, .reason = Reason::change, .repositories = {repository}, .facts = facts},
        TaskStarted{.task = 1, .name = "Build", .kind = TaskKind::build, .mandatory = true},
        CommandStarted{1, 1, "make"},
        Output{.task = 1, .command = 1, .omitted = 0, .text = fails ? says + "\n" : "fine\n"},
        CommandEnded{.task = 1,
                     .command = 1,
                     .ending = CommandEnding::exited,
                     .status = fails ? 2 : 0,
                     .success = !fails,
                     .duration = 5,
                     .stats = stats,
                     .output_bytes = 5,
                     .omitted_bytes = 0},
        TaskEnded{1, fails ? TaskOutcome::failed : TaskOutcome::passed, 6},
        ExecutionEnded{fails ? Outcome::failed : ended, 7, {}}};
    if (two_tasks) {
      bodies.insert(bodies.begin() + 1,
                    {TaskStarted{.task = 1, .name = "Build", .kind = TaskKind::build, .mandatory = true},
                     CommandStarted{1, 1, "make"},
                     CommandEnded{.task = 1,
                                  .command = 1,
                                  .ending = CommandEnding::exited,
                                  .status = 0,
                                  .success = true,
                                  .duration = 5,
                                  .output_bytes = 0,
                                  .omitted_bytes = 0},
                     TaskEnded{1, TaskOutcome::passed, 6}});
      bodies[5] = TaskStarted{.task = 2, .name = "Check", .kind = TaskKind::test, .mandatory = true};
      bodies[6] = CommandStarted{2, 1, "check"};
      bodies[7] = Output{.task = 2, .command = 1, .omitted = 0, .text = fails ? says + "\n" : "fine\n"};
      bodies[8] = CommandEnded{.task = 2,
                               .command = 1,
                               .ending = CommandEnding::exited,
                               .status = fails ? 2 : 0,
                               .success = !fails,
                               .duration = 5,
                               .output_bytes = 5,
                               .omitted_bytes = 0};
      bodies[9] = TaskEnded{2, fails ? TaskOutcome::failed : TaskOutcome::passed, 6};
    }
    if (!results.empty())
      bodies.insert(bodies.begin() + 4, TestResults{.task = 1, .command = 1, .tests = results});
    std::vector<Event> events;
    for (EventBody& body : bodies) events.push_back({events.size() + 1, 0, std::move(body)});
    ExecutionKey id = execution_key(of, concat("20261121-", 100000 + ++count, "-aaaaaa"));
    farm.append(id, lines(events));
    return id;
  }
  Judgement judged(const ExecutionKey& id) {
    farm.settle();
    Index index = farm.index();
    const auto row = must(index.execution(id));
    return *must(Storyteller(index).judge(*row, row->summary.failures.at(0)));
  }
  static std::vector<std::string> titles(const Range& range) {
    std::vector<std::string> all;
    for (const Commit& commit : range.commits) all.push_back(commit.message);
    return all;
  }
  using Titles = std::vector<std::string>;
};

inline const std::string broken = "src/x.cpp:4:2: error: no member named 'frob'";

}  // namespace testfarm

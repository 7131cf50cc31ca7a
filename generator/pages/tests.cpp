#include "generator/pages/tests.hpp"

#include <algorithm>
#include <set>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/failure.hpp"
#include "generator/pages/views.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_listed = 200;  // of a group

int rank(const TestRow& row) { return row.failed_now() ? 0 : row.failed > 0 ? 1 : 2; }

std::string file_of(const std::string& test) { return to_hex(sha256(test)).substr(0, 20); }

std::string test_link(const TestsPage& page, const std::string& test) {
  return cat("../test/", branch_slug(page.branch), '/', file_of(test), ".html");
}

// No branch's name has a tilde (branch_slug).
std::string tests_file(const std::string& branch, std::size_t part) {
  return cat(branch_slug(branch), part > 1 ? cat('~', part) : std::string(), ".html");
}

Fields execution_fields(const Brief& execution, const std::string& up) {
  return {{"link", cat(up, execution.key.execution.text(), ".html")},
          {"revision", short_revision(execution.revision)},
          {"time", time_field(execution.started_at)}};
}

std::string outcome_word(TestOutcome outcome) {
  switch (outcome) {
    case TestOutcome::passed: return "passed";
    case TestOutcome::failed: return "failed";
    case TestOutcome::skipped: return "skipped";
    case TestOutcome::error: return "error";
  }
  return {};
}

std::string percent(std::size_t part, std::size_t of) {
  return of == 0 ? std::string("–") : cat((100 * part + of / 2) / of, " %");
}

// Each number is a link to exactly those.
Nodes groups(const TestsPage& page) {
  std::vector<std::string> fresh, still, fixed, besides;
  for (const TestRow& row : page.tests) {
    if (row.failed_now() && row.failed == 0)
      besides.push_back(row.name);
    else if (row.failed_now())
      (row.failed_before ? still : fresh).push_back(row.name);
    else if (row.failed_before)
      fixed.push_back(row.name);
  }
  Nodes all;
  const auto add = [&](const char* anchor, const char* title, const char* words,
                       const std::vector<std::string>& tests, bool pages) {
    if (tests.empty()) return;
    Nodes listed;
    for (std::size_t i = 0; i < std::min(tests.size(), most_listed); ++i)
      listed.push_back(
          Fields{{"name", tests[i]}, {"link", pages ? test_link(page, tests[i]) : std::string()}});
    const std::size_t more = tests.size() - listed.size();
    all.push_back(Fields{{"anchor", anchor},
                         {"title", title},
                         {"count", cat(tests.size(), ' ', words)},
                         {"tests", std::move(listed)},
                         {"more", more > 0 ? cat("and ", more, " more") : std::string()}});
  };
  add("new", "New failures", "new", fresh, true);
  add("still", "Still failing", "still failing", still, true);
  add("fixed", "Fixed", "fixed", fixed, true);
  add("gone", "No longer reported", "no longer reported", page.gone, true);
  // Of an execution with very many the farm remembers no more names.
  add("besides", "Failing besides", "failing besides", besides, false);
  return all;
}

}  // namespace

std::string tests_path(const ClientKey& client, const std::string& branch, std::size_t part) {
  return cat(client.project.text(), '/', client.client.text(), "/tests/", tests_file(branch, part));
}

std::string test_path(const ClientKey& client, const std::string& branch, const std::string& test) {
  return cat(client.project.text(), '/', client.client.text(), "/test/", branch_slug(branch), '/',
             file_of(test), ".html");
}

std::vector<TestRow> test_rows(const std::map<std::string, TestOutcome>& now, const std::vector<Brief>& runs,
                               const std::map<std::string, std::vector<ExecutionId>>& failed) {
  std::vector<TestRow> rows;
  for (const auto& [name, outcome] : now) {
    TestRow row{name, outcome, {}, 0, 0, false};
    const auto found = failed.find(name);
    // Never failed in the window: then nothing is known of a change.
    if (found == failed.end()) {
      rows.push_back(std::move(row));
      continue;
    }
    const std::set<ExecutionId> in(found->second.begin(), found->second.end());
    bool unbroken = true;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const bool fails = in.contains(runs[i].key.execution);
      if (fails) ++row.failed;
      if (i == 1) row.failed_before = fails;
      if (i > 0 && fails != in.contains(runs[i - 1].key.execution)) {
        ++row.turns;
        if (unbroken) row.since = runs[i - 1];
        unbroken = false;
      }
    }
    rows.push_back(std::move(row));
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const TestRow& a, const TestRow& b) { return rank(a) < rank(b); });
  return rows;
}

Fields tests_view(const FarmConfig& farm, const ProjectConfig& project, const TestsPage& page) {
  const auto failing = static_cast<std::size_t>(std::count_if(
      page.tests.begin(), page.tests.end(), [](const TestRow& row) { return row.failed_now(); }));
  const std::string barn = failing > 0 ? "fail" : "pass";
  Fields fields =
      page_fields(farm, {"../../../",
                         cat("Tests of ", page.config.title, " on ", page.branch, ": ", project.title),
                         barn,
                         "../../feed.atom",
                         {}});
  fields.add(project_fields(page.client.project, project, barn));
  fields["client"] = page.config.title;
  fields["branch"] = page.branch;
  fields["all"] = counted(page.tests.size(), "test");
  if (failing > 0) fields["failing"] = cat(failing, failing == 1 ? " fails" : " fail");
  fields["newest"] = execution_fields(page.newest, "../");
  if (page.before) fields["before"] = execution_fields(*page.before, "../");
  Nodes all = page.part == 1 ? groups(page) : Nodes{};
  fields["first_part"] = page.part == 1;
  fields["has_groups"] = !all.empty();
  fields["groups"] = std::move(all);
  fields["unlisted"] = !page.listed;
  fields["runs"] = counted(page.executions, "execution");
  const std::size_t from = (page.part - 1) * tests_part;
  Nodes rows;
  for (std::size_t i = from; i < std::min(from + tests_part, page.tests.size()); ++i) {
    const TestRow& row = page.tests[i];
    const bool skipped = row.outcome == TestOutcome::skipped;
    Fields one{{"name", row.name},
               {"state", row.failed_now() ? "f"
                         : skipped        ? "i"
                                          : "p"},
               {"outcome", outcome_word(row.outcome)},
               {"passed", skipped ? std::string("–")
                                  : std::to_string(page.executions - std::min(page.executions, row.failed))},
               {"failed", std::to_string(std::max<std::size_t>(row.failed, row.failed_now() ? 1 : 0))},
               // A lasting failure turns once; one that turns more often comes and goes.
               {"flake", row.turns > 1 ? percent(row.turns / 2, page.executions)
                                       : std::string(row.failed > 0 ? "0 %" : "")}};
    one["page"] = row.failed > 0 ? Node(Fields{{"link", test_link(page, row.name)}}) : Node(false);
    one["since"] = row.since ? Node(execution_fields(*row.since, "../")) : Node(false);
    rows.push_back(std::move(one));
  }
  fields["rows"] = std::move(rows);
  if (page.parts > 1) {
    Nodes parts;
    for (std::size_t i = 1; i <= page.parts; ++i)
      parts.push_back(Fields{
          {"number", std::to_string(i)}, {"link", tests_file(page.branch, i)}, {"current", i == page.part}});
    fields["parts"] = Fields{{"list", std::move(parts)}};
  }
  return fields;
}

Fields test_view(const FarmConfig& farm, const ProjectConfig& project, const TestPage& page) {
  const bool fails = !page.episodes.empty() && !page.episodes.front().fixed;
  const std::string barn = fails ? "fail" : "pass";
  Fields fields = page_fields(farm, {"../../../../",
                                     cat(page.test, " on ", page.config.title, ": ", project.title),
                                     barn,
                                     "../../../feed.atom",
                                     {}});
  fields.add(project_fields(page.client.project, project, barn));
  fields["client"] = page.config.title;
  fields["branch"] = page.branch;
  fields["test"] = page.test;
  fields["tests_link"] = cat("../../tests/", branch_slug(page.branch), ".html");
  const std::string up = "../../";
  Nodes rows;
  for (const TestEpisode& episode : page.episodes) {
    Fields row{{"first", execution_fields(episode.first, up)}};
    row["fixed"] = episode.fixed ? Node(execution_fields(*episode.fixed, up)) : Node(false);
    rows.push_back(std::move(row));
  }
  if (!page.episodes.empty()) {
    const TestEpisode& last = page.episodes.front();
    if (last.fixed)
      fields["passes"] = execution_fields(*last.fixed, up);
    else
      fields["fails"] = execution_fields(last.first, up);
  }
  fields["episodes"] = std::move(rows);
  fields["more"] = page.more;
  return fields;
}

}  // namespace testfarm

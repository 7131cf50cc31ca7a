#include "store/index/search_terms.hpp"

#include <algorithm>
#include <map>

#include "store/index/failed_tests.hpp"
#include "store/index/header_rows.hpp"
#include "store/index/history.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_rows = 300;

}  // namespace

Result<SearchTerms::Revisions> SearchTerms::revisions(const ProjectId& project, char first, std::size_t most,
                                                      std::size_t looked_at) {
  const std::string letter(1, first);
  Revisions answer;
  TRY_SET(const auto newest,
          index_.database().rows("SELECT started_at FROM executions INDEXED BY executions_by_time"
                                 " WHERE project = ? AND substr(revision, 1, 1) = ?"
                                 " ORDER BY started_at DESC LIMIT 1",
                                 {project.text(), letter}));
  if (newest.empty()) return answer;
  const Millis last = integer_of(newest[0][0]);
  TRY_SET(const auto beyond,
          index_.database().rows("SELECT started_at FROM executions INDEXED BY executions_by_time"
                                 " WHERE project = ? AND started_at BETWEEN ? AND ?"
                                 " ORDER BY started_at DESC LIMIT 1 OFFSET ?",
                                 {project.text(), last - searched_back, last, as_limit(looked_at)}));
  const Millis since = beyond.empty() ? last - searched_back : integer_of(beyond[0][0]) + 1;
  TRY_SET(const auto rows,
          index_.database().rows(
              "SELECT revision, max(started_at) FROM executions INDEXED BY executions_by_time"
              " WHERE project = ? AND started_at BETWEEN ? AND ? AND substr(revision, 1, 1) = ?"
              " GROUP BY revision ORDER BY 2 DESC, revision LIMIT ?",
              {project.text(), since, last, letter, as_limit(most)}));
  for (const auto& row : rows) answer.revisions.push_back({text_of(row[0]), integer_of(row[1])});
  answer.cut = !beyond.empty() || rows.size() == most;
  return answer;
}

Result<SearchTerms::FailedTests> SearchTerms::failed_tests(const ProjectId& project, bool early,
                                                           std::size_t most) {
  FailedTests answer;
  std::map<std::string, FailedOn> last;
  Millis newest = 0;
  TRY_SET(const auto clients, index_.clients(project));
  for (const ClientRow& client : clients) {
    TRY_SET(const auto branches, History(index_).branches(client.key));
    for (const std::string& branch : branches) {
      TRY_SET(const auto failed,
              testfarm::FailedTests(index_).failed_tests_by_letter(client.key, branch, early, most_rows));
      answer.cut = answer.cut || failed.size() == most_rows;
      for (const FailedTest& test : failed) {
        newest = std::max(newest, test.started_at);
        const FailedOn here{
            .test = test.test, .branch = branch, .client = client.key.client, .at = test.started_at};
        const auto [known, fresh] = last.try_emplace(test.test, here);
        if (!fresh && known->second.at < test.started_at) known->second = here;
      }
    }
  }
  std::vector<FailedOn>& all = answer.tests;
  for (auto& [test, on] : last)
    if (on.at >= newest - searched_back) all.push_back(std::move(on));
  std::stable_sort(all.begin(), all.end(), [](const FailedOn& a, const FailedOn& b) { return a.at > b.at; });
  if (all.size() > most) {
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(most), all.end());
    answer.cut = true;
  }
  return answer;
}

}  // namespace testfarm

#include "store/index/branch_results.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "base/text.hpp"
#include "store/index/header_rows.hpp"
#include "store/index/stored_id.hpp"

namespace testfarm {

// By outcome, because rows of trouble may be long.
Result<std::vector<ExecutionHeader>> BranchResults::judged_in(const ClientKey& client,
                                                              const std::string& branch, Millis from,
                                                              Millis to, Millis known, std::size_t most,
                                                              bool newest) {
  const std::string_view order = newest ? "DESC" : "ASC";
  const std::string where = concat(
      "WHERE project = ? AND client = ? AND branch = ? AND outcome = ? AND started_at >= ? AND started_at < ?"
      " AND ended_at <= ? ORDER BY started_at ",
      order, ", execution ", order, " LIMIT ?");
  std::vector<ExecutionHeader> all;
  for (const char* outcome : {"passed", "failed"}) {
    TRY_SET(auto some, read_headers(index_.database(), where,
                                    {client.project.text(), client.client.text(), branch,
                                     std::string(outcome), from, to, known, as_limit(most)}));
    all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  }
  std::sort(all.begin(), all.end(), [newest](const ExecutionHeader& a, const ExecutionHeader& b) {
    const auto of_a = std::tie(a.started_at, a.key.execution);
    const auto of_b = std::tie(b.started_at, b.key.execution);
    return newest ? of_b < of_a : of_a < of_b;
  });
  if (all.size() > most) all.erase(all.begin() + static_cast<std::ptrdiff_t>(most), all.end());
  return all;
}

Result<std::optional<ExecutionHeader>> BranchResults::last_passed(const ClientKey& client,
                                                                  const std::string& branch) {
  return read_header(
      index_.database(),
      "WHERE project = ? AND client = ? AND branch = ? AND outcome = 'passed' ORDER BY started_at DESC LIMIT "
      "1",
      {client.project.text(), client.client.text(), branch});
}

Result<std::optional<ExecutionHeader>> BranchResults::first_failed_after(const ClientKey& client,
                                                                         const std::string& branch,
                                                                         Millis after) {
  return read_header(
      index_.database(),
      "WHERE project = ? AND client = ? AND branch = ? AND started_at > ? AND outcome = 'failed' ORDER BY "
      "started_at "
      "LIMIT 1",
      {client.project.text(), client.client.text(), branch, after});
}

Result<std::vector<ExecutionHeader>> BranchResults::judged(const ClientKey& client, const std::string& branch,
                                                           Millis from, Millis to, Millis known,
                                                           std::size_t most) {
  return judged_in(client, branch, from, to, known, most, true);
}

Result<std::vector<ExecutionHeader>> BranchResults::judged_from(const ClientKey& client,
                                                                const std::string& branch, Millis from,
                                                                Millis known, std::size_t most) {
  return judged_in(client, branch, from, always, known, most, false);
}

Result<std::vector<ExecutionHeader>> BranchResults::of_branch(const ClientKey& client,
                                                              const std::string& branch, Millis from,
                                                              Millis to, Millis known, std::size_t most) {
  return read_headers(index_.database(),
                      "WHERE project = ? AND client = ? AND branch = ? AND started_at >= ? AND started_at < ?"
                      " AND ended_at > 0 AND ended_at <= ? ORDER BY started_at DESC, execution DESC LIMIT ?",
                      {client.project.text(), client.client.text(), branch, from, to, known, as_limit(most)});
}

Result<std::optional<ExecutionHeader>> BranchResults::passed_before(const ClientKey& client,
                                                                    const std::string& branch, Millis before,
                                                                    Millis known) {
  return read_header(
      index_.database(),
      "WHERE project = ? AND client = ? AND branch = ? AND outcome = 'passed' AND started_at < ?"
      " AND ended_at <= ? ORDER BY started_at DESC LIMIT 1",
      {client.project.text(), client.client.text(), branch, before, known});
}

Result<std::optional<ExecutionHeader>> BranchResults::passed_from(const ClientKey& client,
                                                                  const std::string& branch, Millis from,
                                                                  Millis known) {
  return read_header(
      index_.database(),
      "WHERE project = ? AND client = ? AND branch = ? AND outcome = 'passed' AND started_at >= ?"
      " AND ended_at <= ? ORDER BY started_at LIMIT 1",
      {client.project.text(), client.client.text(), branch, from, known});
}

// Of the last few hundred, whatever they came to: rows of trouble may be long.
Result<std::vector<ExecutionHeader>> BranchResults::heard_last(const ProjectId& project,
                                                               const std::string& branch, Millis known,
                                                               std::size_t most) {
  TRY_SET(auto heard, read_headers(index_.database(),
                                   "WHERE project = ? AND branch = ? AND ended_at > 0 AND ended_at <= ?"
                                   " ORDER BY ended_at DESC, client DESC, execution DESC LIMIT ?",
                                   {project.text(), branch, known, as_limit(4 * most)}));
  std::erase_if(heard, [](const ExecutionHeader& execution) { return !execution.has_verdict(); });
  if (heard.size() > most) heard.erase(heard.begin() + static_cast<std::ptrdiff_t>(most), heard.end());
  return heard;
}

Result<std::vector<ExecutionHeader>> BranchResults::heard_after(const ProjectId& project,
                                                                const std::string& branch, Millis moment,
                                                                std::size_t most) {
  return read_headers(index_.database(),
                      "WHERE project = ? AND branch = ? AND ended_at > ? ORDER BY ended_at LIMIT ?",
                      {project.text(), branch, moment, as_limit(most)});
}

}  // namespace testfarm

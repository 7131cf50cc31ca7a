#include "generator/plan/page.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace testfarm {

template <>
const std::vector<std::string>& names_of<PageKind>() {
  static const std::vector<std::string> names{"execution", "live",      "commit",  "failure", "test",
                                              "tests",     "client",    "day",     "month",   "history",
                                              "commits",   "readiness", "project", "farm"};
  return names;
}

Page execution_page(const ExecutionHeader& header) {
  return {PageKind::execution, header.key.owner.project.text(), header.key.owner.client.text(),
          header.key.execution.text(), header.started_at};
}

PendingPage pending(const Page& page) {
  return {names_of<PageKind>()[static_cast<std::size_t>(page.kind)], page.project, page.client, page.name,
          page.at};
}

std::optional<Page> page_of(const PendingPage& pending) {
  const auto& names = names_of<PageKind>();
  const auto kind = std::find(names.begin(), names.end(), pending.kind);
  if (kind == names.end()) return std::nullopt;
  return Page{static_cast<PageKind>(kind - names.begin()), pending.project, pending.client, pending.name,
              pending.at};
}

std::string test_name(const std::string& branch, const std::string& test) {
  return concat(branch, '\n', test);
}

std::pair<std::string, std::string> branch_and_test(const std::string& name) {
  const auto end = std::min(name.find('\n'), name.size());
  return {name.substr(0, end), name.substr(std::min(end + 1, name.size()))};
}

}  // namespace testfarm

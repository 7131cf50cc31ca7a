#include "generator/plan/page.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace testfarm {

template <>
const std::vector<std::string>& names_of<PageKind>() {
  static const std::vector<std::string> names{
      "execution", "live",    "commit",   "failure", "test",      "tests",   "matrix", "client", "day",
      "month",     "history", "failures", "commits", "readiness", "project", "search", "farm"};
  static_assert(static_cast<int>(PageKind::farm) == 16, "a kind needs its name here, at its place");
  return names;
}

Page execution_page(const ExecutionHeader& header) {
  return {.kind = PageKind::execution,
          .project = header.key.owner.project.text(),
          .client = header.key.owner.client.text(),
          .name = header.key.execution.text(),
          .at = header.started_at};
}

PendingPage pending(const Page& page) {
  return {.kind = names_of<PageKind>()[static_cast<std::size_t>(page.kind)],
          .project = page.project,
          .client = page.client,
          .name = page.name,
          .at = page.at};
}

std::optional<Page> page_of(const PendingPage& pending) {
  const auto& names = names_of<PageKind>();
  const auto kind = std::find(names.begin(), names.end(), pending.kind);
  if (kind == names.end()) return std::nullopt;
  return Page{.kind = static_cast<PageKind>(kind - names.begin()),
              .project = pending.project,
              .client = pending.client,
              .name = pending.name,
              .at = pending.at};
}

std::string test_name(const std::string& branch, const std::string& test) {
  return concat(branch, '\n', test);
}

std::pair<std::string, std::string> branch_and_test(const std::string& name) {
  const auto end = std::min(name.find('\n'), name.size());
  return {name.substr(0, end), name.substr(std::min(end + 1, name.size()))};
}

}  // namespace testfarm

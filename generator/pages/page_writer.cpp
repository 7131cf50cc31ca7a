#include "generator/pages/page_writer.hpp"

#include "generator/pages/client.hpp"
#include "generator/pages/commit.hpp"
#include "generator/pages/commits.hpp"
#include "generator/pages/execution.hpp"
#include "generator/pages/failure.hpp"
#include "generator/pages/failures.hpp"
#include "generator/pages/farm.hpp"
#include "generator/pages/history.hpp"
#include "generator/pages/live.hpp"
#include "generator/pages/matrix.hpp"
#include "generator/pages/readiness.hpp"
#include "generator/pages/search.hpp"
#include "generator/pages/summary.hpp"
#include "generator/pages/test.hpp"
#include "generator/pages/tests.hpp"
#include "generator/plan/plan.hpp"
#include "generator/site/calendar.hpp"

namespace testfarm {
Status PageWriter::write(const Page& page) {
  if (page.kind == PageKind::farm) return write_farm(context_);

  TRY_SET(const ProjectId project, ProjectId::parse(page.project));
  switch (page.kind) {
    case PageKind::commit: return write_commit(context_, project, page.name);
    case PageKind::commits: return write_commits(context_, project, page.client, page.name);
    case PageKind::failures: return write_failures(context_, project);
    case PageKind::readiness: return write_readiness(context_, project);
    case PageKind::search: return write_search(context_, project, page.name);
    case PageKind::matrix: return write_matrix(context_, project, page.client);
    case PageKind::failure: return write_failure(context_, project, page.client, page.name);
    case PageKind::day: return write_day(context_, project, day_start(page.at));
    case PageKind::month: return write_month(context_, project, month_start(page.at));
    case PageKind::history: return write_history(context_, project);
    case PageKind::project: return write_summary(context_, project);
    // These are of a client or an execution; no default, so that a new kind is not forgotten here.
    case PageKind::execution:
    case PageKind::live:
    case PageKind::test:
    case PageKind::tests:
    case PageKind::client:
    case PageKind::farm: break;
  }

  TRY_SET(const ClientId client, ClientId::parse(page.client));
  if (page.kind == PageKind::client) return write_client(context_, {project, client});
  if (page.kind == PageKind::tests) return write_tests(context_, {project, client}, page.name);
  if (page.kind == PageKind::test) {
    const auto [branch, test] = branch_and_test(page.name);
    return write_test(context_, {project, client}, branch, test);
  }

  TRY_SET(const ExecutionId execution, ExecutionId::parse(page.name));
  const ExecutionKey key{{project, client}, execution};
  return page.kind == PageKind::live ? write_live(context_, key) : write_execution(context_, key);
}

void PageWriter::sweep(const ExecutionHeader& execution, Millis older, std::vector<Unwritten>& failures) {
  const auto pages = pages_closed_by(context_.index(), execution, older);
  if (!pages) {
    failures.push_back({execution_page(execution), pages.error()});
    return;
  }
  for (const Page& page : *pages)
    if (auto written = write(page); !written) failures.push_back({page, std::move(written).error()});
}

}  // namespace testfarm

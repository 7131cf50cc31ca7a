#include "generator/tick/page_queue.hpp"

#include <algorithm>
#include <thread>

#include "base/text.hpp"
#include "generator/pages/moved.hpp"
#include "generator/plan/plan.hpp"
#include "generator/plan/standing_pages.hpp"
#include "generator/site/assets.hpp"
#include "store/index/due.hpp"
#include "store/index/history.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_named = 5;     // of the pages that could not be written
constexpr std::size_t batch_size = 1000;  // of pages, between two looks at what is done

std::size_t threads_of(const TickOptions& options) {
  if (options.dry_run) return 1;  // nobody else sees the rows of an open transaction
  if (options.threads > 0) return options.threads;
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
}

std::string words_of(const Page& page) {
  std::string words = pending(page).kind + " page";
  for (const std::string& part : {page.project, page.client, page.name})
    if (!part.empty()) words += (words.ends_with("page") ? " of " : "/") + part;
  return words;
}

}  // namespace

PageQueue::PageQueue(const Layout& layout, const FarmConfig& farm, Index& index, const Clock& clock,
                     const TickOptions& options)
    : index_(index),
      clock_(clock),
      options_(options),
      deadline_(options.budget > 0 ? clock.boot_time() + options.budget : INT64_MAX),
      site_(farm.site, options.dry_run ? SiteWriter::Mode::tell : SiteWriter::Mode::write, options.written,
            FormerPaths(farm.site, farm.names,
                        [&farm](const std::string& from, const std::string& to) {
                          return moved_page(farm, from, to);
                        })),
      workers_(layout, farm, index, site_, threads_of(options)) {}

bool PageQueue::enough() const {
  return clock_.boot_time() >= deadline_ || (options_.stop && options_.stop());
}

// A dry run is one transaction that is rolled back in the end, so it has none inside.
Result<std::optional<Transaction>> PageQueue::transaction() {
  if (options_.dry_run) return std::optional<Transaction>{};
  TRY_SET(Transaction begun, index_.begin());
  return std::optional<Transaction>(std::move(begun));
}

Result<bool> PageQueue::absorb(bool everything) {
  TRY_SET(const auto due, DueList(index_).due());
  if (!due.empty() || everything) {
    TRY_SET(auto transaction, this->transaction());
    for (const Due& change : due) {
      everything = everything || change.kind == DueKind::everything;
      TRY_SET(const auto pages, pages_of(index_, change));
      for (const Page& page : pages) TRY(DueList(index_).put_page(pending(page)));
    }
    if (everything) TRY(begin_sweeps());
    TRY(DueList(index_).forget_due());
    if (transaction) TRY(transaction->commit());
  }
  TRY_SET(const auto sweeps, DueList(index_).sweeps());
  TRY_SET(const auto pages, DueList(index_).pages());
  return !sweeps.empty() || !pages.empty();
}

Status PageQueue::begin_sweeps() {
  TRY_SET(const auto projects, index_.projects());
  for (const ProjectId& project : projects) TRY(DueList(index_).put_sweep({project, INT64_MAX, {}, {}}));
  TRY_SET(const auto pages, standing_pages(index_));
  for (const Page& page : pages) TRY(DueList(index_).put_page(pending(page)));
  return {};
}

Status PageQueue::write_assets() {
  for (const Asset& asset : site_assets()) TRY(site_.put(asset.path, asset.bytes));
  return {};
}

Status PageQueue::write() {
  TRY_SET(auto sweeps, DueList(index_).sweeps());
  // Read before the walk begins: what fails there is for the next tick.
  TRY_SET(const auto rows, DueList(index_).pages());
  // A site that is new gets its newest executions, then the lists that link to them, then the rest.
  for (Sweep& sweep : sweeps)
    if (sweep.started_at == INT64_MAX && !enough()) TRY(sweep_batch(sweep));
  TRY(write_pending(rows));
  for (Sweep& sweep : sweeps)
    while (sweep.started_at >= 0 && !enough()) {
      TRY(sweep_batch(sweep));
      show_progress(sweep);
    }
  if (failed_ > most_named)
    options_.say(concat("and ", counted(failed_ - most_named, "more page"), " could not be written"));
  finished_ =
      finished_ && std::all_of(sweeps.begin(), sweeps.end(), [](const Sweep& s) { return s.started_at < 0; });
  return {};
}

// What failed is due in the next tick. A damaged index is the matter of who called.
Status PageQueue::settle(const std::vector<Unwritten>& failures) {
  for (const Unwritten& failure : failures) {
    if (failure.error.kind == ErrorKind::damaged) return fail(failure.error);
    if (failed_ < most_named)
      options_.say(
          concat(words_of(failure.page), " could not be written and stays due: ", failure.error.context));
    TRY(DueList(index_).put_page(pending(failure.page)));
    ++failed_;
  }
  return {};
}

Status PageQueue::write_pending(const std::vector<PendingPage>& rows) {
  std::vector<Page> pages;
  for (const PendingPage& row : rows)
    if (auto page = page_of(row)) pages.push_back(*std::move(page));
  std::stable_sort(pages.begin(), pages.end(), [](const Page& a, const Page& b) { return a.kind < b.kind; });
  for (std::size_t from = 0; from < pages.size();) {
    const std::size_t count = std::min(batch_size, pages.size() - from);
    std::vector<Unwritten> failures;
    const auto item = [&](PageWriter& writer, std::size_t number, std::vector<Unwritten>& failed) {
      const Page& page = pages[from + number];
      if (auto written = writer.write(page); !written) failed.push_back({page, std::move(written).error()});
    };
    const std::size_t done = workers_.work(
        count, item, [&] { return enough(); }, failures);
    TRY_SET(auto transaction, this->transaction());
    for (std::size_t i = from; i < from + done; ++i) TRY(DueList(index_).page_done(pending(pages[i])));
    TRY(settle(failures));
    if (transaction) TRY(transaction->commit());
    from += done;
    if (done == count) continue;
    finished_ = false;
    return {};
  }
  return {};
}

// Moves the place as far as it came; before all times when there is nothing older.
Status PageQueue::sweep_batch(Sweep& sweep) {
  // One more than is written, to know what comes after the last.
  TRY_SET(const auto executions, History(index_).older_than(sweep, batch_size + 1));
  const std::size_t count = std::min(executions.size(), batch_size);
  std::vector<Unwritten> failures;
  const auto item = [&](PageWriter& writer, std::size_t number, std::vector<Unwritten>& failed) {
    const bool last = number + 1 == executions.size();
    writer.sweep(executions[number], last ? -1 : executions[number + 1].started_at, failed);
  };
  const std::size_t done = workers_.work(
      count, item, [&] { return enough(); }, failures);
  TRY_SET(auto transaction, this->transaction());
  TRY(settle(failures));
  if (done > 0) {
    const ExecutionHeader& last = executions[done - 1];
    sweep = {.project = sweep.project,
             .started_at = last.started_at,
             .client = last.key.owner.client.text(),
             .execution = last.key.execution.text()};
    TRY(DueList(index_).put_sweep(sweep));
  }
  if (done == executions.size()) {
    sweep.started_at = -1;
    TRY(DueList(index_).sweep_done(sweep.project));
  }
  return transaction ? transaction->commit() : Status{};
}

void PageQueue::show_progress(const Sweep& sweep) {
  if (!options_.progress) return;
  const auto all = History(index_).count_until(sweep.project, INT64_MAX);
  const auto left = History(index_).count_until(sweep.project, sweep.started_at);
  if (!all || !left || *all == 0) return;
  const std::uint64_t done = *all - *left;
  options_.progress(
      concat(sweep.project.text(), ": ", done, " of ", *all, " executions, ", done * 100 / *all, " %"));
}

TickReport PageQueue::report() const {
  TickReport report;
  report.pages = site_.looked_at();
  report.changed = site_.changed();
  report.failed = failed_;
  report.finished = finished_;
  return report;
}

}  // namespace testfarm

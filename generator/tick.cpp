#include "generator/tick.hpp"

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "base/step.hpp"
#include "base/text.hpp"
#include "generator/assets.hpp"
#include "generator/plan.hpp"
#include "generator/render.hpp"
#include "generator/site_writer.hpp"
#include "generator/views.hpp"
#include "store/indexer.hpp"

namespace testfarm {
namespace {

// What the pages are made with: where it differs from what the site was made with, all of them are due.
constexpr const char* version_file = ".testfarm-look";

class Tick {
 public:
  Tick(const Layout& layout, const FarmConfig& config, Index& index, SiteWriter& writer, Millis now)
      : layout_(layout), config_(config), index_(index), writer_(writer), now_(now) {}

  Status write(const Plan& plan) {
    if (plan.everything)
      for (const Asset& asset : site_assets()) TRY(writer_.put(asset.path, asset.bytes));
    for (const ExecutionKey& key : plan.executions) TRY(write_execution(key));
    for (const auto& [project, month] : plan.months) TRY(write_month(project, month));
    std::vector<ProjectState> states;
    for (const ProjectId& project : plan.summaries) {
      TRY_SET(const ProjectState state, read_project_state(layout_, index_, project));
      TRY(writer_.put(summary_path(project), render(Template::summary, summary_view(config_, state, now_))));
      // A project without executions has an empty history, so that its pages' links lead somewhere.
      if (state.branches.empty()) TRY(write_newest(project, month_start(now_), {}));
    }
    if (plan.farm) TRY(write_farm());
    return {};
  }

 private:
  static Millis month_start(Millis at) {
    const CivilTime time = civil_time(at);
    return from_civil(time.year, time.month, 1);
  }

  Status write_execution(const ExecutionKey& key) {
    TRY_SET(auto row, index_.execution(key));
    if (!row) return {};
    auto document = read_document(layout_, key);
    if (!document && document.error().kind != ErrorKind::not_found) return fail(std::move(document).error());
    const Brief brief{key, row->summary.branch, row->summary.started_at, row->summary.progress, {}};
    TRY_SET(auto previous, index_.previous(brief));
    TRY_SET(ClientConfig client, read_client_config(layout_, key.owner));
    TRY_SET(const ProjectConfig project, read_project_config(layout_, key.owner.project));
    const ExecutionPage page{*std::move(row), document ? &*document : nullptr, std::move(previous),
                             std::move(client)};
    // The raw text before the page that links to it; it is whole only when the execution has ended.
    if (document && page.row.summary.ended()) TRY(writer_.put(raw_path(key), raw_text(*document)));
    return writer_.put(execution_path(key),
                       render(Template::execution, execution_view(config_, project, page)));
  }

  Status write_newest(const ProjectId& id, Millis month, std::vector<Millis> months) {
    HistoryPage page{month, true, std::move(months), {}};
    TRY_SET(page.executions, index_.between(id, month, month_start(month + 32 * day_ms)));
    TRY_SET(const ProjectConfig project, read_project_config(layout_, id));
    return writer_.put(history_path(id), render(Template::history, history_view(config_, id, project, page)));
  }

  Status write_month(const ProjectId& id, Millis month) {
    TRY_SET(auto months, index_.months(id));
    const bool newest = months.empty() || months.front() == month;
    std::erase_if(months, [&](Millis other) { return other > month; });
    HistoryPage page{month, false, months, {}};
    TRY_SET(page.executions, index_.between(id, month, month_start(month + 32 * day_ms)));
    TRY_SET(const ProjectConfig project, read_project_config(layout_, id));
    TRY(writer_.put(history_path(id, month),
                    render(Template::history, history_view(config_, id, project, page))));
    return newest ? write_newest(id, month, std::move(months)) : Status{};
  }

  Status write_farm() {
    TRY_SET(const auto ids, index_.projects());
    std::vector<ProjectState> projects;
    for (const ProjectId& id : ids) {
      TRY_SET(ProjectState state, read_project_state(layout_, index_, id));
      projects.push_back(std::move(state));
    }
    return writer_.put("index.html", render(Template::farm, farm_view(config_, projects)));
  }

  const Layout& layout_;
  const FarmConfig& config_;
  Index& index_;
  SiteWriter& writer_;
  Millis now_;
};

Result<Index> open_or_rebuild(const Layout& layout, const TickOptions& options) {
  TRY_SET(auto index, Index::open(layout, 10 * second_ms));
  if (index) return *std::move(index);
  options.say("the index is missing or of another boot; rebuilding it from the logs");
  return rebuild_index(layout, [&](const RebuildProgress& progress) {
    options.say(cat("rebuilt ", counted(progress.clients, "client"), ", ",
                    counted(progress.executions, "execution")));
  });
}

Result<std::string> look_of_now(const Layout& layout) {
  TRY_SET(const std::string farm_toml, read_file(layout.farm_toml()));
  return cat(look_version(), ' ', to_hex(sha256(farm_toml)), '\n');
}

}  // namespace

namespace {

Result<TickReport> tick_once(const Layout& layout, const FarmConfig& config, const Clock& clock,
                             const TickOptions& options) {
  TRY_SET(Index index, open_or_rebuild(layout, options));
  TickReport report;
  TRY_SET(const Settled settled, settle_markers(layout, index, clock.now(), [&](const Error& error) {
            options.say("left for the next run: " + error.context);
          }));
  report.markers = settled.markers;

  TRY_SET(const std::string look, look_of_now(layout));
  TRY_SET(const auto site_look, read_file_if_there(config.site / version_file));
  if (options.full || site_look != look) TRY(index.mark_due(DueKind::everything));

  TRY_SET(const auto due, index.due());
  TRY_SET(const Plan plan, plan_pages(index, due));
  SiteWriter writer(config.site, options.dry_run ? SiteWriter::Mode::tell : SiteWriter::Mode::write,
                    options.written);
  TRY(Tick(layout, config, index, writer, clock.now()).write(plan));
  report.pages = writer.looked_at();
  report.changed = writer.changed();
  if (options.dry_run) return report;
  if (plan.everything) TRY(replace_file(config.site / version_file, look, Sync::no));
  TRY_SET(Transaction transaction, index.begin());
  for (const Due& row : due) TRY(index.done(row));
  TRY(transaction.commit());
  return report;
}

}  // namespace

Result<TickReport> run_tick(const Layout& layout, const Clock& clock, const TickOptions& options) {
  TRY_SET(const FarmConfig config, read_farm_config(layout));
  // GENLOCK, from first to last.
  std::optional<LockFile> lock;
  if (step(Step::genlock)) {
    TRY_SET(lock, LockFile::take(layout.generate_lock(), 0));
  }
  auto report = tick_once(layout, config, clock, options);
  if (report || report.error().kind != ErrorKind::damaged) return report;
  // The index is a cache: whatever is wrong with it, it is made anew, once.
  options.say("the index is damaged and will be made anew: " + report.error().context);
  TRY(remove_file(layout.current_index()));
  return tick_once(layout, config, clock, options);
}

}  // namespace testfarm

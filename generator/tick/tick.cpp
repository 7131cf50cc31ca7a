#include "generator/tick/tick.hpp"

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "base/step.hpp"
#include "base/text.hpp"
#include "generator/site/assets.hpp"
#include "generator/tick/page_queue.hpp"
#include "store/farm_config.hpp"
#include "store/identity.hpp"
#include "store/index/indexer.hpp"
#include "store/index/rebuild.hpp"

namespace testfarm {
namespace {

// What the pages are made with: where it differs from what the site was made with, all of them are due.
constexpr const char* version_file = ".testfarm-look";

Result<Index> open_or_rebuild(const Layout& layout, const TickOptions& options) {
  TRY_SET(auto index, Index::open(layout, 10 * second_ms));
  if (index) return *std::move(index);
  options.say("the index is missing or of another boot; rebuilding it from the logs");
  return rebuild_index(layout, [&](const RebuildProgress& progress) {
    const std::string line = concat("rebuilt ", counted(progress.clients, "client"), ", ",
                                    counted(progress.executions, "execution"));
    if (options.progress) options.progress(line);
  });
}

Result<std::string> design_of_now(const Layout& layout) {
  static const std::string templates = design_version();
  TRY_SET(const std::string farm_toml, read_file(layout.farm_toml()));
  return concat(templates, ' ', to_hex(sha256(farm_toml)), '\n');
}

Status write_pages(const Layout& layout, const FarmConfig& config, const TickOptions& options,
                   PageQueue& queue) {
  TRY_SET(const std::string design, design_of_now(layout));
  TRY_SET(const auto site_design, read_file_if_there(config.site / version_file));
  const bool everything = options.full || site_design != design;
  TRY_SET(const bool any, queue.absorb(everything));
  if (everything) TRY(queue.write_assets());
  // From here on the walk is in the index, and goes on there.
  if (everything && !options.dry_run) {
    TRY(make_directories(config.site));
    TRY(replace_if_changed(config.site / version_file, design));
  }
  return any ? queue.write() : Status{};
}

// A farm from before gets its identity here.
Status recognise(const Layout& layout, const Clock& clock, const TickOptions& options, FarmConfig& config) {
  if (options.dry_run) {
    TRY_SET(const auto known, read_identity(layout));
    if (known) config.tags = known->tags;
    return {};
  }
  TRY_SET(const FarmIdentity identity, identity_of(layout, config, clock.now()));
  config.tags = identity.tags;
  config.made_at = identity.made_at;
  return {};
}

Result<TickReport> tick_once(const Layout& layout, const FarmConfig& config, const Clock& clock,
                             const TickOptions& options) {
  TRY_SET(Index index, open_or_rebuild(layout, options));
  TRY_SET(const Settled settled, settle_markers(layout, index, clock.now(), [&](const Error& error) {
            options.say("left for the next run: " + error.context);
          }));
  PageQueue queue(layout, config, index, clock, options);
  std::optional<Transaction> rolled_back;
  if (options.dry_run) {
    TRY_SET(Transaction begun, index.begin());
    rolled_back.emplace(std::move(begun));
  }
  TRY(write_pages(layout, config, options, queue));
  TickReport report = queue.report();
  report.markers = settled.markers;
  report.steps = index.steps();
  return report;
}

}  // namespace

Result<TickReport> run_tick(const Layout& layout, const Clock& clock, const TickOptions& options) {
  TRY_SET(FarmConfig config, read_farm_config(layout));
  // GENLOCK, from first to last.
  std::optional<LockFile> lock;
  if (step(Step::genlock)) {
    TRY_SET(lock, LockFile::take(layout.generate_lock(), 0));
  }
  TRY(recognise(layout, clock, options, config));
  auto report = tick_once(layout, config, clock, options);
  if (report || report.error().kind != ErrorKind::damaged) return report;
  // The index is a cache: whatever is wrong with it, it is made anew, once.
  options.say("the index is damaged and will be made anew: " + report.error().context);
  TRY(remove_file(layout.current_index()));
  return tick_once(layout, config, clock, options);
}

}  // namespace testfarm

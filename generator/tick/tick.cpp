#include "generator/tick/tick.hpp"

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "base/step.hpp"
#include "base/text.hpp"
#include "generator/site/assets.hpp"
#include "generator/site/former_paths.hpp"
#include "generator/tick/made.hpp"
#include "generator/tick/page_queue.hpp"
#include "store/farm_config.hpp"
#include "store/identity.hpp"
#include "store/index/follow_names.hpp"
#include "store/index/indexer.hpp"
#include "store/index/rebuild.hpp"
#include "store/last_good.hpp"
#include "store/names.hpp"
#include "store/retired.hpp"

namespace testfarm {
namespace {

// What the pages are made with: where it differs from what the site was made with, all of them are due.
constexpr const char* version_file = ".testfarm-look";
constexpr std::size_t most_missing = 5;  // clients that are named
// Whose pages they are: a farm's public key.
constexpr const char* owner_file = ".testfarm-farm";

// After a start of the host a mount may come later than cron. An index made without it would forget whoever
// is on it, and the pages with it.
Status logs_must_be_there(const Layout& layout) {
  std::string missing;
  std::size_t count = 0;
  for (const ClientKey& client : Index::known_before(layout)) {
    if (file_exists(layout.client_log(client))) continue;
    TRY_SET(const Retired retired, read_retired(layout, client.project));
    if (retired.client_since(client.client, 0) > 0) continue;
    if (++count <= most_missing) missing += concat(missing.empty() ? "" : ", ", name_of(client));
  }
  if (count == 0) return {};
  if (count > most_missing) missing += concat(" and ", count - most_missing, " more");
  return fail(ErrorKind::unavailable,
              concat("the index has to be made anew, and directories of clients that it knew are not there: ",
                     missing,
                     ". A mount that is away? Until it is back the pages stay as they are. Gone for "
                     "good? testfarm-admin rebuild ",
                     layout.root().string()));
}

Result<Index> open_or_rebuild(const Layout& layout, const TickOptions& options) {
  TRY_SET(auto index, Index::open(layout, 10 * second_ms));
  if (index) return *std::move(index);
  TRY(logs_must_be_there(layout));
  options.say("the index is missing or of another boot; rebuilding it from the logs");
  return rebuild_index(layout, [&](const RebuildProgress& progress) {
    const std::string line = concat("rebuilt ", counted(progress.clients, "client"), ", ",
                                    counted(progress.executions, "execution"));
    if (options.progress) options.progress(line);
  });
}

Result<std::string> design_of_now(const Layout& layout, const Path& farm_toml_file) {
  static const std::string templates = design_version();
  TRY_SET(const std::string farm_toml, read_file(farm_toml_file));
  TRY_SET(const auto names, read_file_if_there(layout.names_file(), most_of_names));
  const bool any = names && !names->empty();
  return concat(templates, ' ', to_hex(sha256(farm_toml)), any ? concat(' ', to_hex(sha256(*names))) : "",
                '\n');
}

// One slip stops nothing: it is said once a day, and the pages say what the file said before.
Status look_after_files(const Layout& layout, const Clock& clock, const TickOptions& options) {
  if (options.dry_run) return {};
  TRY_SET(const auto slips, keep_good(layout, clock.now()));
  for (const Slip& slip : slips)
    options.say(concat(slip.what, "\n  until that is mended, what ", slip.file.string(),
                       " said when it was last right counts"));
  return {};
}

// Two farms that write into one directory would undo each other's pages, tick by tick.
Status claim_site(const FarmConfig& config) {
  const Path path = config.site / owner_file;
  TRY_SET(const auto owner, read_file_if_there(path));
  if (owner == config.identity) return {};
  if (owner)
    return fail(ErrorKind::conflict, concat(config.site.string(),
                                            " has the pages of another farm; give each a "
                                            "directory of its own in farm.toml, site, or remove ",
                                            path.string(), " if that other farm is gone"));
  TRY(make_directories(config.site));
  return replace_file(path, config.identity, Sync::no);
}

// `new_design`: of a site whose pages are all due; else empty.
Status write_pages(const FarmConfigAtHand& farm, const TickOptions& options, const std::string& new_design,
                   PageQueue& queue) {
  const FarmConfig& config = farm.config;
  const bool everything = !new_design.empty();
  TRY_SET(const bool any, queue.absorb(everything));
  if (everything) TRY(queue.write_assets());
  // From here on the walk is in the index, and goes on there.
  if (everything && !options.dry_run) {
    TRY(make_directories(config.site));
    TRY(replace_if_changed(config.site / version_file, new_design));
  }
  return any ? queue.write() : Status{};
}

void tell_identity(const FarmIdentity& identity, FarmConfig& config) {
  config.tags = identity.tags;
  config.made_at = identity.made_at;
  config.identity = to_hex(bytes_of(identity.keys.public_key)) + '\n';
}

// A farm from before gets its identity here.
Status recognise(const Layout& layout, const Clock& clock, const TickOptions& options, FarmConfig& config) {
  if (options.dry_run) {
    TRY_SET(const auto known, read_identity(layout));
    if (known) tell_identity(*known, config);
    return {};
  }
  TRY_SET(const FarmIdentity identity, identity_of(layout, config, clock.now()));
  tell_identity(identity, config);
  return {};
}

Result<TickReport> tick_once(const Layout& layout, const FarmConfigAtHand& farm, const Clock& clock,
                             const TickOptions& options) {
  TRY_SET(Index index, open_or_rebuild(layout, options));
  // Rows of the index's own, like what markers are about: also in a dry run.
  TRY(follow_names(layout, index));
  TRY_SET(const Settled settled, settle_markers(layout, index, clock.now(), [&](const Error& error) {
            options.say("left for the next run: " + error.context);
          }));
  TRY_SET(const std::string design, design_of_now(layout, farm.used));
  TRY_SET(const auto site_design, read_file_if_there(farm.config.site / version_file));
  const bool everything = options.full || site_design != design;
  if (everything && !options.dry_run)
    for (const std::string& left : begin_former_directories(farm.config.site, layout.names()))
      options.say(left);
  PageQueue queue(layout, farm.config, index, clock, options);
  std::optional<Transaction> rolled_back;
  if (options.dry_run) {
    TRY_SET(Transaction begun, index.begin());
    rolled_back.emplace(std::move(begun));
  }
  TRY(write_pages(farm, options, everything ? design : std::string(), queue));
  TickReport report = queue.report();
  report.markers = settled.markers;
  report.steps = index.steps();
  return report;
}

}  // namespace

Result<TickReport> run_tick(const Layout& layout, const Clock& clock, const TickOptions& options) {
  TRY_SET(FarmConfigAtHand farm, farm_config_at_hand(layout));
  // GENLOCK, from first to last.
  std::optional<LockFile> lock;
  if (step(Step::genlock)) {
    TRY_SET(lock, LockFile::take(layout.generate_lock(), 0));
  }
  TRY(layout.look_at_names());
  farm.config.names = layout.names();
  TRY(recognise(layout, clock, options, farm.config));
  if (!options.dry_run) TRY(claim_site(farm.config));
  TRY(look_after_files(layout, clock, options));
  auto report = tick_once(layout, farm, clock, options);
  if (report && !options.dry_run) TRY(note_made(layout, farm.config.site, clock.now()));
  if (report || report.error().kind != ErrorKind::damaged) return report;
  // The index is a cache: whatever is wrong with it, it is made anew, once.
  options.say("the index is damaged and will be made anew: " + report.error().context);
  TRY(remove_file(layout.current_index()));
  return tick_once(layout, farm, clock, options);
}

}  // namespace testfarm

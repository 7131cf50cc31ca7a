#include "admin/projects.hpp"

#include <algorithm>
#include <ostream>

#include "admin/not_there.hpp"
#include "base/file.hpp"
#include "base/progress_line.hpp"
#include "base/text.hpp"
#include "store/index/follow_names.hpp"
#include "store/index/rebuild.hpp"
#include "store/last_good.hpp"

namespace testfarm {
namespace {

// The next tick would make an index that cannot be used anyway.
Result<std::optional<Index>> open_index(const Layout& layout) {
  auto index = Index::open(layout, 10 * second_ms);
  if (!index && index.error().kind == ErrorKind::damaged) return std::optional<Index>();
  return index;
}

Result<bool> knows(std::optional<Index>& index, const ProjectId& project) {
  if (!index) return false;
  TRY_SET(const auto all, index->projects());
  return std::find(all.begin(), all.end(), project) != all.end();
}

Status move_directory(const Path& from, const Path& to) {
  TRY(make_directories(to.parent_path(), Sync::yes));
  std::error_code failed;
  std::filesystem::rename(from, to, failed);
  if (failed)
    return fail(ErrorKind::io,
                concat("could not move ", from.string(), " to ", to.string(), ": ", failed.message()));
  TRY(sync_directory(from.parent_path()));
  return sync_directory(to.parent_path());
}

// What the endpoint left for the next tick; the logs that it is about went with the directory.
Status remove_markers(const Layout& layout, const ProjectId& project) {
  TRY_SET(const auto names, list_directory(layout.open()));
  for (const auto& name : names)
    if (const auto marker = MarkerName::parse(name); marker && layout.names().now(marker->project) == project)
      TRY(remove_file(layout.open() / name));
  return {};
}

// The one of that date; or the only one. Of several nobody but the maintainer knows which is meant.
Result<Path> removed_project(const Layout& layout, const ProjectId& called, const std::string& date) {
  const ProjectId project = layout.names().directory(called);
  TRY_SET(const auto names, list_directory(layout.removed()));
  std::vector<std::string> dates;
  for (const auto& name : names)
    if (name.starts_with(project.text() + '.')) dates.push_back(name.substr(project.text().size() + 1));
  std::string all;
  for (const std::string& one : dates) all += concat(all.empty() ? "" : ", ", one);
  if (dates.empty())
    return fail(ErrorKind::not_found, concat("no project ", called.text(), " was removed; ",
                                             layout.removed().string(), " has those that were"));
  if (!date.empty() && std::find(dates.begin(), dates.end(), date) == dates.end())
    return fail(ErrorKind::not_found,
                concat("no project ", called.text(), " was removed at ", date, ", but at ", all));
  if (date.empty() && dates.size() > 1)
    return fail(ErrorKind::bad_input, concat("projects ", called.text(), " were removed at ", all,
                                             "; say which one is meant: --date ", dates.back()));
  return layout.removed() / concat(project.text(), '.', date.empty() ? dates.front() : date);
}

}  // namespace

Status remove_pages(const Path& site, const ProjectId& project) {
  std::error_code failed;
  std::filesystem::remove_all(site / project.text(), failed);
  if (!failed) return {};
  return fail(ErrorKind::io, concat("not all pages of the project could be removed from ",
                                    (site / project.text()).string(), ": ", failed.message()));
}

Status remove_project(const Layout& layout, const ProjectId& project, const Clock& clock, std::ostream& out) {
  TRY_SET(const FarmConfigAtHand farm, farm_config_at_hand(layout));
  TRY_SET(const LockFile lock, LockFile::take(layout.generate_lock(), 30 * second_ms));
  const Path to =
      layout.removed() / concat(layout.names().directory(project).text(), '.', compact_time(clock.now()));
  const bool there = file_exists(layout.project(project));
  TRY_SET(auto index, open_index(layout));
  if (index) TRY(follow_names(layout, *index));
  if (!there) {
    // Somebody was interrupted here, or moved it by hand.
    TRY_SET(const bool known, knows(index, project));
    if (!known) return fail(no_project(layout, project));
  } else {
    TRY(move_directory(layout.project(project), to));
  }
  TRY(remove_markers(layout, project));
  if (index) TRY(forget_project(*index, project));
  TRY(remove_pages(farm.config.site, project));
  for (const auto& former : layout.names().former(project)) TRY(remove_pages(farm.config.site, former.key));
  out << "Removed " << project.text() << (there ? concat(": its logs are in ", to.string()) : std::string())
      << ". Its pages are gone; the next testfarm-generate takes it from the farm's.\n"
      << "Back again: testfarm-admin project restore " << layout.root().string() << ' ' << project.text()
      << (there ? concat(" --date ", compact_time(clock.now())) : std::string()) << '\n';
  return {};
}

Status restore_project(const Layout& layout, const ProjectId& project, const std::string& date,
                       std::ostream& out) {
  TRY(farm_config_at_hand(layout));
  TRY_SET(const LockFile lock, LockFile::take(layout.generate_lock(), 30 * second_ms));
  TRY_SET(const Path from, removed_project(layout, project, date));
  if (file_exists(layout.project(project)))
    return fail(ErrorKind::conflict,
                concat("there is a project ", project.text(),
                       " again; remove that one first, then restore this one with --date ",
                       from.string().substr(from.string().rfind('.') + 1)));
  TRY(move_directory(from, layout.project(project)));
  TRY_SET(auto index, open_index(layout));
  RebuildProgress last;
  const ProgressLine line;
  if (index) TRY(follow_names(layout, *index));
  if (index)
    TRY(read_project_again(layout, *index, project, [&](const RebuildProgress& progress) {
      last = progress;
      line.show(concat(counted(progress.clients, "client"), ", ", counted(progress.executions, "execution")));
    }));
  out << "Restored " << project.text() << " from " << from.string() << ": " << counted(last.clients, "client")
      << ", " << counted(last.executions, "execution") << ". The next testfarm-generate writes its pages.\n";
  return {};
}

}  // namespace testfarm

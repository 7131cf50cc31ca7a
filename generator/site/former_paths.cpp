#include "generator/site/former_paths.hpp"

#include "base/text.hpp"
#include "generator/site/paths.hpp"

namespace testfarm {
namespace {

// In a directory of before: what is here has been moved, and leads to where it is.
constexpr const char* moved_marker = ".testfarm-moved";

// The clock of a client names its executions, and may be wrong.
constexpr Millis doubt = day_ms;

std::vector<std::string> words_of(const std::string& path) {
  std::vector<std::string> words;
  for (const std::string_view word : split(path, '/')) words.emplace_back(word);
  return words;
}

bool is_asked_again(std::string_view name) {
  return name == summary_json_file || name == stats_json_file || name == history_json_place ||
         name == start_file || name == cctray_file || name.ends_with(".svg") || name.ends_with(".atom");
}

bool began_later(const std::string& name, Millis until) {
  const auto execution = ExecutionId::parse(std::string_view(name).substr(0, name.find('.')));
  const std::string last = compact_time(until + doubt);
  return execution && execution->text().substr(0, last.size()) > last;
}

struct Former {
  std::string directory;
  Millis until;
};

// Of the directory of a client, or of a project, and how many words of the path name it.
std::pair<std::vector<Former>, std::size_t> former_directories(const FarmNames& names,
                                                               const std::vector<std::string>& words) {
  std::vector<Former> all;
  const auto project = ProjectId::parse(words[0]);
  if (!project || words.size() < 2) return {all, 0};
  if (const auto client = words.size() > 2 ? ClientId::parse(words[1]) : fail(ErrorKind::bad_input, "none");
      client) {
    for (const auto& [key, until] : names.former(ClientKey{*project, *client}))
      all.push_back({name_of(key), until});
    return {all, 2};
  }
  for (const auto& [key, until] : names.former(*project)) all.push_back({key.text(), until});
  return {all, 1};
}

bool is_moved(const Path& directory) { return file_exists(directory / moved_marker); }

Status remove_pages(const Path& directory) {
  std::error_code failed;
  std::filesystem::remove_all(directory, failed);
  if (!failed) return {};
  return fail(ErrorKind::io, concat("could not remove ", directory.string(), ": ", failed.message()));
}

// A project that takes its clients' links to another place would have links where nobody was.
Status remove_links_in(const Path& project) {
  TRY_SET(const auto names, list_directory(project));
  for (const auto& name : names)
    if (is_moved(project / name)) TRY(remove_pages(project / name));
  return {};
}

Status move_directory(const Path& from, const Path& to) {
  if (is_moved(from)) return {};
  if (is_moved(to)) TRY(remove_pages(to));  // called so once before
  std::error_code failed;
  if (file_exists(from)) {
    if (file_exists(to)) {
      TRY(remove_pages(from));
    } else {
      TRY(make_directories(to.parent_path()));
      std::filesystem::rename(from, to, failed);
      if (failed)
        return fail(ErrorKind::io,
                    concat("could not move ", from.string(), " to ", to.string(), ": ", failed.message()));
      TRY(remove_links_in(to));
    }
  }
  TRY(make_directories(from));
  return replace_file(from / moved_marker, "", Sync::no);
}

}  // namespace

std::vector<FormerPath> FormerPaths::of(const std::string& path) const {
  std::vector<FormerPath> all;
  if (names_.empty()) return all;
  const auto words = words_of(path);
  const auto [directories, named] = former_directories(names_, words);
  for (const Former& former : directories) {
    std::string there = former.directory;
    for (std::size_t i = named; i < words.size(); ++i) there += '/' + words[i];
    if (path.ends_with(".html") && !began_later(words.back(), former.until))
      all.push_back({.holds = FormerPath::Holds::link, .path = there});
    else if (words.size() == named + 1 && is_asked_again(words.back()))
      all.push_back({.holds = FormerPath::Holds::copy, .path = there});
  }
  return all;
}

Status move_renamed_pages(const Path& site, const FarmNames& names) {
  for (const ProjectId& project : names.renamed_projects())
    for (const auto& [former, until] : names.former(project))
      TRY(move_directory(site / former.text(), site / names.now(project).text()));
  for (const ClientKey& client : names.renamed_clients())
    for (const auto& [former, until] : names.former(client))
      TRY(move_directory(site / name_of(former), site / name_of(names.now(client))));
  return {};
}

}  // namespace testfarm

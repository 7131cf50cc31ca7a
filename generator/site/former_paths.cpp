#include "generator/site/former_paths.hpp"

#include "base/text.hpp"
#include "generator/site/paths.hpp"

namespace testfarm {
namespace {

// In a directory of before: what is here leads to where it is now.
constexpr const char* links_marker = ".testfarm-moved";

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
  if (words.size() > 2 && !is_directory_of_site(words[1])) {
    const auto client = ClientId::parse(words[1]);
    if (!client) return {all, 0};
    for (const auto& [key, until] : names.former(ClientKey{*project, *client}))
      all.push_back({name_of(key), until});
    return {all, 2};
  }
  for (const auto& [key, until] : names.former(*project)) all.push_back({key.text(), until});
  return {all, 1};
}

bool is_marked(const Path& directory) { return file_exists(directory / links_marker); }

// Pages of a project or client, and not a directory of somebody else that has the same name.
bool has_pages(const Path& directory) {
  return file_exists(directory / index_file) &&
         (file_exists(directory / summary_json_file) || file_exists(directory / stats_json_file));
}

// The directory itself stays: it may be a mount.
Status empty(const Path& directory) {
  TRY_SET(const auto names, list_directory(directory));
  for (const auto& name : names) {
    std::error_code failed;
    std::filesystem::remove_all(directory / name, failed);
    if (failed)
      return fail(ErrorKind::io,
                  concat("could not remove ", (directory / name).string(), ": ", failed.message()));
  }
  return {};
}

Status begin(const Path& directory) {
  if (is_marked(directory)) return {};
  if (has_pages(directory)) TRY(empty(directory));
  TRY_SET(const auto others, list_directory(directory));
  if (!others.empty())
    return fail(ErrorKind::conflict, concat(directory.string(),
                                            " has files that no page of the farm is; no links to where pages "
                                            "are now are put there"));
  TRY(make_directories(directory));
  return replace_file(directory / links_marker, "", Sync::no);
}

Status end(const Path& directory) { return is_marked(directory) ? empty(directory) : Status{}; }

// Of whoever was renamed: where pages are now, and where they were.
void places_of(const FarmNames& names, std::vector<std::string>& now, std::vector<std::string>& before) {
  for (const ProjectId& project : names.renamed_projects()) {
    now.push_back(names.now(project).text());
    for (const auto& [former, until] : names.former(project)) before.push_back(former.text());
  }
  for (const ClientKey& client : names.renamed_clients()) {
    now.push_back(name_of(names.now(client)));
    for (const auto& [former, until] : names.former(client)) before.push_back(name_of(former));
  }
}

}  // namespace

FormerPaths::FormerPaths(const Path& site, FarmNames names, LinkPage link_page)
    : names_(std::move(names)), link_page_(std::move(link_page)) {
  std::vector<std::string> now, before;
  places_of(names_, now, before);
  for (std::string& place : before)
    if (is_marked(site / place)) ours_.insert(std::move(place));
}

std::vector<FormerPath> FormerPaths::of(const std::string& path) const {
  std::vector<FormerPath> all;
  if (names_.empty()) return all;
  const auto words = words_of(path);
  const auto [directories, named] = former_directories(names_, words);
  for (const Former& former : directories) {
    if (!ours_.contains(former.directory.substr(0, former.directory.find('/'))) &&
        !ours_.contains(former.directory))
      continue;
    std::string there = former.directory;
    for (std::size_t i = named; i < words.size(); ++i) there += '/' + words[i];
    if (path.ends_with(".html") && !began_later(words.back(), former.until))
      all.push_back({.holds = FormerPath::Holds::link, .path = there});
    else if (words.size() == named + 1 && is_asked_again(words.back()))
      all.push_back({.holds = FormerPath::Holds::copy, .path = there});
  }
  return all;
}

std::vector<std::string> begin_former_directories(const Path& site, const FarmNames& names) {
  std::vector<std::string> now, before, left;
  places_of(names, now, before);
  const auto note = [&](const Status& done) {
    if (!done) left.push_back(done.error().context);
  };
  for (const std::string& place : now) note(end(site / place));
  for (const std::string& place : before) note(begin(site / place));
  return left;
}

}  // namespace testfarm

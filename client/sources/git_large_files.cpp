#include "client/sources/git_large_files.hpp"

#include <memory>
#include <optional>

#include "base/file.hpp"
#include "base/text.hpp"
#include "client/sources/source.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

using IndexHandle = std::unique_ptr<git_index, Freed<git_index_free>>;
using ConfigHandle = std::unique_ptr<git_config, Freed<git_config_free>>;

constexpr std::string_view mark = "version https://git-lfs.github.com/spec/";
constexpr std::size_t most_pointer = 1024;  // bytes, docs/spec.md

// "https://user@host:1/path", "user@host:path" → "host"; a path of this machine has none.
std::string host_of(std::string_view url) {
  const auto scheme = url.find("://");
  std::string_view host = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  if (scheme == std::string_view::npos && (url.starts_with('/') || url.find(':') == std::string_view::npos))
    return {};
  host = host.substr(0, host.find('/'));
  if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  return to_lower(host.substr(0, host.find(':')));
}

ConfigHandle lfs_config(git_repository* repository) {
  git_config* raw = nullptr;
  const Path file = Path(git_repository_workdir(repository)) / ".lfsconfig";
  if (!file_exists(file) || git_config_open_ondisk(&raw, file.c_str()) != 0) return {};
  return ConfigHandle(raw);
}

bool lfs_leaves_out(git_repository* repository) {
  const ConfigHandle config = lfs_config(repository);
  if (!config) return false;
  git_buf value{};
  const bool any = git_config_get_string_buf(&value, config.get(), "lfs.fetchexclude") == 0 ||
                   git_config_get_string_buf(&value, config.get(), "lfs.fetchinclude") == 0;
  git_buf_dispose(&value);
  return any;
}

}  // namespace

Result<std::vector<std::string>> lfs_pointers(git_repository* repository) {
  std::vector<std::string> pointers;
  git_index* raw = nullptr;
  if (git_repository_index(&raw, repository) != 0)
    return fail(ErrorKind::damaged, "git: the index of the clone cannot be read");
  const IndexHandle index(raw);
  const Path work = git_repository_workdir(repository);
  for (std::size_t i = 0; i < git_index_entrycount(raw); ++i) {
    const git_index_entry* entry = git_index_get_byindex(raw, i);
    if (entry->mode != GIT_FILEMODE_BLOB && entry->mode != GIT_FILEMODE_BLOB_EXECUTABLE) continue;
    // As large as it was when it was checked out; what the index does not know is read.
    if (entry->file_size > most_pointer) continue;
    const auto text = read_file(work / entry->path, most_pointer);
    if (!text || !text->starts_with(mark)) continue;
    const char* filter = nullptr;
    if (git_attr_get(&filter, repository, GIT_ATTR_CHECK_FILE_THEN_INDEX, entry->path, "filter") == 0 &&
        filter != nullptr && git_attr_value(filter) == GIT_ATTR_VALUE_STRING &&
        std::string_view(filter) == "lfs")
      pointers.emplace_back(entry->path);
  }
  return pointers;
}

bool lfs_leads_away(git_repository* repository, const std::string& url) {
  const ConfigHandle config = lfs_config(repository);
  if (!config) return false;
  struct Search {
    std::string home;
    bool away = false;
  } search{.home = host_of(url)};
  const auto look = [](const git_config_entry* entry, void* to) -> int {
    auto& found = *static_cast<Search*>(to);
    const std::string_view name = entry->name;
    if (name.ends_with("url") && host_of(entry->value == nullptr ? "" : entry->value) != found.home)
      found.away = true;
    return 0;
  };
  git_config_foreach(config.get(), look, &search);
  return search.away;
}

Status real_large_files(git_repository* repository, const RepositoryDefinition& definition,
                        GitAccess& access) {
  TRY_SET(auto pointers, lfs_pointers(repository));
  if (pointers.empty()) return {};
  TRY(access.fetch_large_files(repository));
  TRY_SET(pointers, lfs_pointers(repository));
  if (pointers.empty() || lfs_leaves_out(repository)) return {};
  return fail(ErrorKind::unavailable, concat("git: ", counted(pointers.size(), "large file"), " of ",
                                             without_password(definition.url), " could not be fetched: ",
                                             clean_line(pointers.front(), limits::name)));
}

}  // namespace testfarm

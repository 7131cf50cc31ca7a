#include "client/sources/git_files.hpp"

#include <memory>

#include "base/file.hpp"
#include "base/text.hpp"
#include "client/sources/git_submodules.hpp"
#include "client/sources/source.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

Status add_strays(git_repository* repository, const RepositoryDefinition& definition, Clean what,
                  const std::string& prefix, std::vector<std::string>& strays);

// NOLINTNEXTLINE(misc-no-recursion): as deep as submodules are nested
Status add_of_submodules(git_repository* repository, const RepositoryDefinition& definition, Clean what,
                         const std::string& prefix, std::vector<std::string>& strays) {
  TRY_SET(const auto paths, paths_of_submodules(repository, definition));
  for (const std::string& path : paths) {
    git_repository* raw = nullptr;
    const Path place = Path(git_repository_workdir(repository)) / path;
    if (!file_exists(place / ".git") || git_repository_open(&raw, place.c_str()) != 0) continue;
    const RepositoryHandle inner(raw);
    TRY(add_strays(raw, definition, what, concat(prefix, path, '/'), strays));
  }
  return {};
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as submodules are nested
Status add_strays(git_repository* repository, const RepositoryDefinition& definition, Clean what,
                  const std::string& prefix, std::vector<std::string>& strays) {
  TRY_SET(
      const StatusHandle list,
      git_status(repository, definition, GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_INCLUDE_IGNORED));
  for (std::size_t i = 0; i < git_status_list_entrycount(list.get()); ++i) {
    const git_status_entry* entry = git_status_byindex(list.get(), i);
    if ((entry->status & (GIT_STATUS_WT_NEW | GIT_STATUS_IGNORED)) == 0) continue;
    const char* path = entry->index_to_workdir->new_file.path;
    // It also calls ignored what is a repository of its own: asked for the path alone, it knows better.
    int ignored = 1;
    if (what == Clean::untracked && (entry->status & GIT_STATUS_IGNORED) != 0 &&
        (git_ignore_path_is_ignored(&ignored, repository, path) != 0 || ignored == 1))
      continue;
    strays.push_back(prefix + path);
  }
  if (!definition.submodules) return {};
  return add_of_submodules(repository, definition, what, prefix, strays);
}

}  // namespace

Result<std::vector<std::string>> git_strays(const RepositoryDefinition& definition, Clean what) {
  std::vector<std::string> strays;
  if (what == Clean::never) return strays;
  TRY_SET(const RepositoryHandle repository, open_clone(definition));
  TRY(add_strays(repository.get(), definition, what, "", strays));
  return strays;
}

Status note_origin(git_repository* repository, const RepositoryDefinition& definition) {
  const std::string address = address_of(definition);
  git_remote* origin = nullptr;
  // What git has noted beside the address (that the clone is partial) stays.
  if (git_remote_lookup(&origin, repository, "origin") == 0) {
    const RemoteHandle handle(origin);
    if (git_remote_set_url(repository, "origin", address.c_str()) == 0) return {};
  } else if (git_remote_create(&origin, repository, "origin", address.c_str()) == 0) {
    const RemoteHandle handle(origin);
    return {};
  }
  return git_failed("could not note the origin of", definition);
}

}  // namespace testfarm

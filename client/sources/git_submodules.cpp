#include "client/sources/git_submodules.hpp"

#include <set>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/text.hpp"
#include "client/sources/git_health.hpp"
#include "client/sources/git_large_files.hpp"
#include "client/sources/remove_tree.hpp"

namespace testfarm {
namespace {

// Paths of the tree's gitlinks.
Result<std::set<std::string>> gitlinks_of(git_repository* repository, const RepositoryDefinition& definition,
                                          const git_oid& revision) {
  git_object* raw = nullptr;
  if (git_revparse_single(&raw, repository, (text_of(revision) + "^{tree}").c_str()) != 0)
    return git_failed("could not read a tree of", definition);
  const ObjectHandle tree(raw);
  std::set<std::string> paths;
  const auto note = [](const char* root, const git_tree_entry* entry, void* to) -> int {
    if (git_tree_entry_type(entry) == GIT_OBJECT_COMMIT)
      static_cast<std::set<std::string>*>(to)->insert(concat(root, git_tree_entry_name(entry)));
    return 0;
  };
  // A git_object of type tree is a git_tree (libgit2's own casts).
  auto* whole =
      reinterpret_cast<git_tree*>(tree.get());  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
  if (git_tree_walk(whole, GIT_TREEWALK_PRE, note, &paths) != 0)
    return git_failed("could not read a tree of", definition);
  return paths;
}

Result<std::vector<std::string>> names_of_submodules(git_repository* repository,
                                                     const RepositoryDefinition& definition) {
  std::vector<std::string> names;
  const auto note = [](git_submodule*, const char* name, void* to) -> int {
    static_cast<std::vector<std::string>*>(to)->emplace_back(name);
    return 0;
  };
  if (git_submodule_foreach(repository, note, &names) != 0)
    return git_failed("could not list the submodules of", definition);
  return names;
}

// A clone of it that nothing leads to any more: the files of another revision took the place of its own.
Status drop_unlinked(git_repository* repository, git_submodule* submodule) {
  const char* work = git_repository_workdir(repository);
  if (work == nullptr || file_exists(Path(work) / git_submodule_path(submodule) / ".git")) return {};
  const Path clone = Path(git_repository_path(repository)) / "modules" / git_submodule_name(submodule);
  return file_exists(clone) ? remove_tree(clone) : Status();
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as submodules are nested
Status update(git_repository* repository, git_submodule* submodule, const RepositoryDefinition& definition,
              GitAccess& access) {
  const std::string name = git_submodule_name(submodule);
  TRY(drop_unlinked(repository, submodule));
  TRY(access.update(repository, submodule));
  git_repository* raw = nullptr;
  if (git_submodule_open(&raw, submodule) != 0)
    return git_failed(concat("could not open the submodule ", name, " of"), definition);
  const RepositoryHandle inner(raw);
  // What is there is what the revision names.
  git_oid head{};
  const git_oid* wanted = git_submodule_head_id(submodule);
  if (wanted != nullptr &&
      (git_reference_name_to_id(&head, raw, "HEAD") != 0 || git_oid_equal(&head, wanted) == 0))
    return fail(ErrorKind::unavailable, concat("git: the submodule ", name, " is not at ", text_of(*wanted)));
  TRY(real_large_files(raw, definition, access));
  TRY_SET(const std::string wrong, git_wrong_file(raw, definition));
  if (!wrong.empty())
    return fail(ErrorKind::unavailable,
                concat("git: the submodule ", name, " is not what its revision has: ", wrong));
  return update_submodules(raw, definition, access);
}

}  // namespace

Result<std::vector<std::string>> paths_of_submodules(git_repository* repository,
                                                     const RepositoryDefinition& definition) {
  TRY_SET(const auto names, names_of_submodules(repository, definition));
  std::vector<std::string> paths;
  for (const std::string& name : names) {
    git_submodule* raw = nullptr;
    if (git_submodule_lookup(&raw, repository, name.c_str()) != 0) continue;
    const SubmoduleHandle submodule(raw);
    paths.emplace_back(git_submodule_path(raw));
  }
  return paths;
}

Result<std::vector<Path>> leave_submodules(git_repository* repository, const RepositoryDefinition& definition,
                                           const git_oid& revision) {
  std::vector<Path> links;
  git_oid head{};
  if (!file_exists(Path(git_repository_path(repository)) / "modules") ||
      git_reference_name_to_id(&head, repository, "HEAD") != 0)
    return links;
  TRY_SET(const auto before, gitlinks_of(repository, definition, head));
  TRY_SET(const auto after, gitlinks_of(repository, definition, revision));
  for (const std::string& path : before) {
    const Path place = definition.directory / path;
    // Only what was checked out as a submodule: it has a link to its clone.
    if (after.contains(path) || !file_exists(place / ".git")) continue;
    TRY_SET(const auto names, list_directory(place));
    for (const std::string& name : names)
      if (name != ".git") TRY(remove_tree(place / name));
    links.push_back(place / ".git");
  }
  return links;
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as submodules are nested
Status update_submodules(git_repository* repository, const RepositoryDefinition& definition,
                         GitAccess& access) {
  TRY_SET(const auto names, names_of_submodules(repository, definition));
  for (const std::string& name : names) {
    git_submodule* raw = nullptr;
    if (git_submodule_lookup(&raw, repository, name.c_str()) != 0)
      return git_failed(concat("could not find the submodule ", name, " of"), definition);
    const SubmoduleHandle submodule(raw);
    if (git_submodule_head_id(raw) == nullptr || git_submodule_url(raw) == nullptr) continue;
    // Whose authors say so is left out by `git clone --recurse-submodules`, too (gitmodules(5)).
    if (git_submodule_update_strategy(raw) == GIT_SUBMODULE_UPDATE_NONE) continue;
    TRY(update(repository, raw, definition, access));
  }
  return {};
}

}  // namespace testfarm

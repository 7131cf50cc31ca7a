#include "client/sources/git_alterations.hpp"

#include <algorithm>
#include <vector>

#include "base/file.hpp"
#include "base/text.hpp"
#include "client/sources/git_health.hpp"

namespace testfarm {
namespace {

using ConfigHandle = std::unique_ptr<git_config, Freed<git_config_free>>;
using IndexHandle = std::unique_ptr<git_index, Freed<git_index_free>>;

// git-config(1); by libgit2's names, which are in small letters. A submodule's core.worktree is git's own.
constexpr const char* settings =
    "^(core\\.(autocrlf|eol|attributesfile|sparsecheckout|sparsecheckoutcone)|index\\.sparse|"
    "extensions\\.(worktreeconfig|preciousobjects)|include\\.path|includeif\\..*)$";
constexpr const char* place_settings = "^core\\.(worktree|bare)$";

// gitattributes(5), git-sparse-checkout(1), git-worktree(1), gitrepository-layout(5)
constexpr const char* files[] = {"info/attributes", "info/sparse-checkout", "config.worktree", "info/grafts"};

struct GitDirectory {
  Path inside;  // its .git
  bool main = false;
};

std::vector<GitDirectory> clones_of(const RepositoryDefinition& definition) {
  std::vector<GitDirectory> clones{{definition.directory / ".git", true}};
  for (Path& inside : clones_in(definition.directory / ".git/modules"))
    clones.push_back({std::move(inside), false});
  return clones;
}

ConfigHandle config_of(const GitDirectory& clone) {
  git_config* raw = nullptr;
  const Path file = clone.inside / "config";
  if (!file_exists(file) || git_config_open_ondisk(&raw, file.c_str()) != 0) return nullptr;
  return ConfigHandle(raw);
}

void add_names(git_config* config, const char* expression, std::vector<std::string>& names) {
  const auto note = [](const git_config_entry* entry, void* to) -> int {
    const std::string name = entry->name;
    if (name != "core.bare" || to_lower(entry->value == nullptr ? "true" : entry->value) == "true")
      static_cast<std::vector<std::string>*>(to)->push_back(name);
    return 0;
  };
  git_config_foreach_match(config, expression, note, &names);
}

std::vector<std::string> settings_in(const GitDirectory& clone) {
  std::vector<std::string> names;
  if (const ConfigHandle config = config_of(clone)) {
    add_names(config.get(), settings, names);
    if (clone.main) add_names(config.get(), place_settings, names);
  }
  return names;
}

// Files that git is told not to look at.
bool hides_files(const GitDirectory& clone) {
  git_index* raw = nullptr;
  const Path file = clone.inside / "index";
  if (!file_exists(file) || git_index_open(&raw, file.c_str()) != 0) return false;
  const IndexHandle index(raw);
  for (std::size_t i = 0; i < git_index_entrycount(raw); ++i) {
    const git_index_entry* entry = git_index_get_byindex(raw, i);
    if ((entry->flags & GIT_INDEX_ENTRY_VALID) != 0 ||
        (entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0)
      return true;
  }
  return false;
}

std::string alteration_of(const GitDirectory& clone) {
  if (const auto names = settings_in(clone); !names.empty()) return names.front();
  for (const char* file : files)
    if (file_exists(clone.inside / file)) return file;
  return hides_files(clone) ? "skip-worktree" : "";
}

}  // namespace

std::string git_alteration(const RepositoryDefinition& definition) {
  if (!git_ready()) return {};
  for (const GitDirectory& clone : clones_of(definition))
    if (std::string found = alteration_of(clone); !found.empty()) return found;
  return {};
}

Status undo_git_alterations(const RepositoryDefinition& definition) {
  TRY(git_ready());
  for (const GitDirectory& clone : clones_of(definition)) {
    const std::string found = alteration_of(clone);
    if (found.empty()) continue;
    for (const std::string& name : settings_in(clone)) {
      const ConfigHandle config = config_of(clone);
      const int deleted = git_config_delete_multivar(config.get(), name.c_str(), ".*");
      // What stands in a file that is included goes with the including.
      if (deleted != 0 && deleted != GIT_ENOTFOUND)
        return git_failed(concat("could not take ", name, " out of the configuration of"), definition);
    }
    for (const char* file : files) TRY(remove_file(clone.inside / file));
    TRY(remove_file(clone.inside / "index"));
  }
  return {};
}

}  // namespace testfarm

#include "client/sources/git_health.hpp"

#include <filesystem>
#include <vector>

#include "base/file.hpp"
#include "base/gzip.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

namespace fs = std::filesystem;
using OdbHandle = std::unique_ptr<git_odb, Freed<git_odb_free>>;
using IndexHandle = std::unique_ptr<git_index, Freed<git_index_free>>;

bool each_object_reads(git_odb* odb) {
  const auto read = [](const git_oid* id, void* in) -> int {
    git_odb_object* object = nullptr;
    if (git_odb_read(&object, static_cast<git_odb*>(in), id) != 0) return -1;
    git_odb_object_free(object);
    return 0;
  };
  return git_odb_foreach(odb, read, odb) == 0;
}

// Every commit that a reference leads to, and all that the newest trees name.
bool connected(git_repository* repository, git_odb* odb, bool partial) {
  git_revwalk* raw = nullptr;
  if (git_revwalk_new(&raw, repository) != 0) return false;
  const WalkHandle walk(raw);
  if (git_revwalk_push_glob(raw, "*") != 0) return false;
  if (git_repository_head_detached(repository) == 1 && git_revwalk_push_head(raw) != 0) return false;
  struct Look {
    git_odb* odb;
    bool partial;
  } look{odb, partial};
  const auto is_there = [](const char*, const git_tree_entry* entry, void* in) -> int {
    const auto& at = *static_cast<Look*>(in);
    if (git_tree_entry_type(entry) == GIT_OBJECT_COMMIT) return 0;
    if (at.partial && git_tree_entry_type(entry) == GIT_OBJECT_BLOB) return 0;
    return git_odb_exists(at.odb, git_tree_entry_id(entry)) == 1 ? 0 : -1;
  };
  git_oid id{};
  int next = 0;
  for (int seen = 0; (next = git_revwalk_next(&id, raw)) == 0; ++seen) {
    git_commit* commit = nullptr;
    git_tree* tree = nullptr;
    if (git_commit_lookup(&commit, repository, &id) != 0) return false;
    const CommitHandle handle(commit);
    if (git_commit_tree(&tree, commit) != 0) return false;
    const std::unique_ptr<git_tree, Freed<git_tree_free>> tree_handle(tree);
    constexpr int newest = 100;
    if (seen < newest && git_tree_walk(tree, GIT_TREEWALK_PRE, is_there, &look) != 0) return false;
  }
  return next == GIT_ITEROVER;
}

// A reference that was cut is passed over by libgit2's lists, and git refuses to work beside it.
bool references_read(const Path& inside) {
  std::error_code error;
  for (fs::recursive_directory_iterator at(inside / "refs", error);
       !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (!at->is_regular_file(error)) continue;
    const auto text = read_file(at->path(), 1 << 16);
    if (!text) return false;
    const bool id =
        text->find_first_not_of("0123456789abcdef") >= GIT_OID_HEXSZ && text->size() > GIT_OID_HEXSZ;
    if (!id && !text->starts_with("ref: ")) return false;
  }
  return !error;
}

bool healthy(const Path& directory, bool partial) {
  git_repository* raw = nullptr;
  if (git_repository_open(&raw, directory.c_str()) != 0) return false;
  const RepositoryHandle repository(raw);
  if (!references_read(git_repository_path(raw))) return false;
  git_reference* head = nullptr;
  if (git_reference_lookup(&head, raw, "HEAD") != 0) return false;
  git_reference_free(head);
  git_odb* raw_odb = nullptr;
  if (git_repository_odb(&raw_odb, raw) != 0) return false;
  const OdbHandle odb(raw_odb);
  return each_object_reads(raw_odb) && connected(raw, raw_odb, partial);
}

Status add_tree(git_repository* repository, git_index* index, const std::string& revision) {
  git_object* raw = nullptr;
  if (git_revparse_single(&raw, repository, (revision + "^{tree}").c_str()) != 0)
    return {};  // it is not here
  const ObjectHandle tree(raw);
  const auto add = [](const char* root, const git_tree_entry* entry, void* to) -> int {
    if (git_tree_entry_type(entry) == GIT_OBJECT_TREE) return 0;
    const std::string path = concat(root, git_tree_entry_name(entry));
    git_index_entry added{};
    added.mode = git_tree_entry_filemode(entry);
    added.id = *git_tree_entry_id(entry);
    added.path = path.c_str();
    return git_index_add(static_cast<git_index*>(to), &added) == 0 ? 0 : -1;
  };
  // A git_object of type tree is a git_tree (libgit2's own casts).
  auto* whole =
      reinterpret_cast<git_tree*>(tree.get());  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
  if (git_tree_walk(whole, GIT_TREEWALK_PRE, add, index) != 0)
    return fail(ErrorKind::damaged, "git: a tree of the clone cannot be read");
  return {};
}

// Of a fetch that was killed: git itself keeps "tmp_pack_…" for two weeks, and each try leaves one.
Status remove_half_packs(const Path& objects) {
  TRY_SET(const auto names, list_directory(objects / "pack"));
  for (const std::string& name : names)
    if (name.starts_with("tmp_")) TRY(remove_file(objects / "pack" / name));
  return {};
}

// Whether the file is only the beginning of what it should be, as a kill leaves it, or what it should be
// cannot be read.
bool is_cut_off(git_repository* repository, const git_diff_file& wanted, bool partial) {
  const Path file = Path(git_repository_workdir(repository)) / wanted.path;
  std::error_code error;
  const auto size = fs::file_size(file, error);
  git_blob* raw = nullptr;
  if (error || git_blob_lookup(&raw, repository, &wanted.id) != 0) return !error && !partial;
  const std::unique_ptr<git_blob, Freed<git_blob_free>> blob(raw);
  const auto whole = static_cast<std::uint64_t>(git_blob_rawsize(raw));
  if (size >= whole) return false;
  const auto bytes = read_file(file, static_cast<std::size_t>(whole));
  return bytes &&
         std::string_view(static_cast<const char*>(git_blob_rawcontent(raw)), bytes->size()) == *bytes;
}

}  // namespace

std::vector<Path> clones_in(const Path& modules) {
  std::vector<Path> clones;
  std::error_code error;
  for (fs::recursive_directory_iterator at(modules, error);
       !error && at != fs::recursive_directory_iterator(); at.increment(error))
    if (at->path().filename() == "objects") {
      clones.push_back(at->path().parent_path());
      at.disable_recursion_pending();
    }
  return clones;
}

Status remove_git_locks(const RepositoryDefinition& definition) {
  std::error_code error;
  const Path inside = definition.directory / ".git";
  if (!fs::is_directory(inside, error)) return {};
  for (fs::recursive_directory_iterator at(inside, error); !error && at != fs::recursive_directory_iterator();
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    // Nothing below objects/ab and objects/pack is a lock.
    if (at->path().parent_path().filename() == "objects" && name != "info")
      at.disable_recursion_pending();
    else if (at->path().extension() == ".lock" || name == "gc.pid" || name == "gc.log")
      TRY(remove_file(at->path()));
  }
  TRY(remove_half_packs(inside / "objects"));
  for (const Path& clone : clones_in(inside / "modules")) TRY(remove_half_packs(clone / "objects"));
  return {};
}

Status remove_torn_objects(const RepositoryDefinition& definition) {
  std::vector<Path> clones{definition.directory / ".git"};
  for (Path& clone : clones_in(definition.directory / ".git/modules")) clones.push_back(std::move(clone));
  for (const Path& clone : clones) {
    std::error_code error;
    for (fs::recursive_directory_iterator at(clone / "objects", error);
         !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
      const std::string name = at->path().filename().string();
      if (name == "pack" || name == "info") at.disable_recursion_pending();
      if (name.size() != GIT_OID_HEXSZ - 2 || !at->is_regular_file(error)) continue;
      TRY_SET(const std::string bytes, read_file(at->path()));
      if (!is_whole_zlib(bytes)) TRY(remove_file(at->path()));
    }
  }
  return {};
}

Status distrust_files(const RepositoryDefinition& definition, const std::vector<std::string>& targets) {
  TRY(remove_file(definition.directory / ".git/index"));
  for (const Path& clone : clones_in(definition.directory / ".git/modules"))
    TRY(remove_file(clone / "index"));
  TRY_SET(const RepositoryHandle repository, open_clone(definition));
  git_index* raw = nullptr;
  if (git_repository_index(&raw, repository.get()) != 0)
    return git_failed("could not mend the clone of", definition);
  const IndexHandle index(raw);
  TRY(add_tree(repository.get(), raw, "HEAD"));
  for (const std::string& target : targets) TRY(add_tree(repository.get(), raw, target));
  if (git_index_write(raw) != 0) return git_failed("could not mend the clone of", definition);
  return {};
}

Result<std::string> git_wrong_file(git_repository* repository, const RepositoryDefinition& definition) {
  // Without its tree libgit2 takes HEAD for one that has no files, and none of them is wrong.
  git_object* raw = nullptr;
  if (git_revparse_single(&raw, repository, "HEAD^{tree}") != 0)
    return std::string("the tree of HEAD cannot be read");
  const ObjectHandle tree(raw);
  TRY_SET(const StatusHandle list, git_status(repository, definition, GIT_STATUS_OPT_EXCLUDE_SUBMODULES));
  for (std::size_t i = 0; i < git_status_list_entrycount(list.get()); ++i) {
    const git_status_entry* entry = git_status_byindex(list.get(), i);
    const git_diff_delta* delta =
        entry->index_to_workdir != nullptr ? entry->index_to_workdir : entry->head_to_index;
    if (delta == nullptr) continue;
    const std::string path = delta->old_file.path == nullptr ? delta->new_file.path : delta->old_file.path;
    if ((entry->status & GIT_STATUS_CONFLICTED) != 0) return path + " is in conflict";
    if ((entry->status & (GIT_STATUS_WT_DELETED | GIT_STATUS_INDEX_DELETED)) != 0)
      return path + " is missing";
    if ((entry->status & (GIT_STATUS_WT_TYPECHANGE | GIT_STATUS_INDEX_TYPECHANGE)) != 0)
      return path + " is something else";
    if ((entry->status & (GIT_STATUS_INDEX_MODIFIED | GIT_STATUS_INDEX_NEW)) != 0)
      return path + " is another one";
    const bool modified = (entry->status & GIT_STATUS_WT_MODIFIED) != 0 && entry->index_to_workdir != nullptr;
    if (modified && is_cut_off(repository, entry->index_to_workdir->old_file, definition.partial))
      return path + " is cut off";
  }
  return std::string();
}

bool git_damaged(const RepositoryDefinition& definition) {
  if (!git_ready() || !healthy(definition.directory, definition.partial)) return true;
  for (const Path& clone : clones_in(definition.directory / ".git/modules"))
    if (!healthy(clone, false)) return true;
  return false;
}

}  // namespace testfarm

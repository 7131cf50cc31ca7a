#include "client/sources/git_history.hpp"

#include <algorithm>

#include "base/glob.hpp"
#include "base/text.hpp"
#include "client/sources/source.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_steps = 100;

Change change_of(git_commit* commit) {
  const git_signature* author = git_commit_author(commit);
  return {.revision = text_of(*git_commit_id(commit)),
          .author = clean_line(author->name == nullptr ? "" : author->name, limits::name),
          .time = std::max<std::int64_t>(git_commit_time(commit), 0),
          .message = clean_text(git_commit_message(commit), limits::message)};
}

// From `revision` back to what `previous` already has.
Result<WalkHandle> walk_between(git_repository* repository, const RepositoryDefinition& definition,
                                const std::string& previous, const git_oid& revision) {
  git_revwalk* raw = nullptr;
  if (git_revwalk_new(&raw, repository) != 0) return git_failed("could not walk", definition);
  WalkHandle walk(raw);
  git_revwalk_sorting(raw, GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME);
  if (git_revwalk_push(raw, &revision) != 0)
    return git_failed(concat("there is no ", text_of(revision), " in"), definition);
  git_oid old{};
  // A previous revision that is gone (a branch rewritten) hides nothing.
  if (!previous.empty() && git_oid_fromstr(&old, previous.c_str()) == 0) git_revwalk_hide(raw, &old);
  return walk;
}

// Whether any path that changed is not one of those that do not matter.
Result<bool> matters(git_repository* repository, const RepositoryDefinition& definition,
                     const std::string& previous, const git_oid& tip) {
  if (definition.ignore.empty()) return true;
  const auto tree_of = [&](const std::string& revision) {
    git_object* tree = nullptr;
    git_revparse_single(&tree, repository, (revision + "^{tree}").c_str());
    return ObjectHandle(tree);
  };
  const ObjectHandle before = tree_of(previous);
  const ObjectHandle after = tree_of(text_of(tip));
  if (!before || !after) return true;
  git_diff* raw = nullptr;
  // A git_object of type tree is a git_tree (libgit2's own casts).
  auto* old_tree =
      reinterpret_cast<git_tree*>(before.get());  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
  auto* new_tree =
      reinterpret_cast<git_tree*>(after.get());  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
  if (git_diff_tree_to_tree(&raw, repository, old_tree, new_tree, nullptr) != 0)
    return git_failed("could not compare trees of", definition);
  const DiffHandle diff(raw);
  for (std::size_t i = 0; i < git_diff_num_deltas(raw); ++i) {
    const git_diff_delta* delta = git_diff_get_delta(raw, i);
    if (!any_glob_matches(definition.ignore, delta->new_file.path)) return true;
  }
  return false;
}

// Of a history that ends early (a shallow repository), which libgit2 1.5 does not walk: what can be read.
void add_first_parents(git_repository* repository, const git_oid& id, Repository& told) {
  git_oid at = id;
  const std::size_t most = told.previous.empty() ? 1 : limits::changes;
  while (told.changes.size() < most && text_of(at) != told.previous) {
    git_commit* raw = nullptr;
    if (git_commit_lookup(&raw, repository, &at) != 0) return;
    const CommitHandle commit(raw);
    told.changes.push_back(change_of(raw));
    if (git_commit_parentcount(raw) == 0) return;
    at = *git_commit_parent_id(raw, 0);
  }
}

}  // namespace

Result<std::vector<std::string>> git_steps(git_repository* repository, const RepositoryDefinition& definition,
                                           const std::string& previous, const git_oid& id) {
  const std::vector<std::string> newest{text_of(id)};
  if (previous.empty()) return newest;
  TRY_SET(const bool any, matters(repository, definition, previous, id));
  if (!any) return std::vector<std::string>{};
  // A history that was written anew has no steps from what was tested.
  git_oid before{};
  const bool grew = git_oid_fromstr(&before, previous.c_str()) == 0 &&
                    git_graph_descendant_of(repository, &id, &before) == 1;
  if (definition.updates == Updates::newest || !grew) return newest;
  TRY_SET(const WalkHandle walk, walk_between(repository, definition, previous, id));
  // What came into the branch one by one: merged side branches count as their merge.
  git_revwalk_simplify_first_parent(walk.get());
  std::vector<std::string> steps;
  git_oid at{};
  while (git_revwalk_next(&at, walk.get()) == 0) {
    git_commit* raw = nullptr;
    if (git_commit_lookup(&raw, repository, &at) != 0)
      return git_failed("could not read a commit of", definition);
    const CommitHandle commit(raw);
    if (definition.updates == Updates::each || git_commit_parentcount(raw) > 1) steps.push_back(text_of(at));
  }
  std::reverse(steps.begin(), steps.end());
  std::vector<std::string> wanted;
  std::string last = previous;
  for (const std::string& step : steps) {
    git_oid at_step{};
    if (wanted.size() == most_steps || git_oid_fromstr(&at_step, step.c_str()) != 0) break;
    TRY_SET(const bool counts, matters(repository, definition, last, at_step));
    if (counts) wanted.push_back(step);
    last = step;
  }
  return wanted;
}

Result<Repository> git_description(git_repository* repository, const RepositoryDefinition& definition,
                                   const std::string& previous, const git_oid& id) {
  Repository told = bare_description(definition, previous, text_of(id));
  TRY_SET(const WalkHandle walk, walk_between(repository, definition, previous, id));
  git_oid at{};
  int next = 0;
  while ((next = git_revwalk_next(&at, walk.get())) == 0) {
    // The first execution tells its own commit only: everything before is not news.
    if (previous.empty() && !told.changes.empty()) break;
    if (told.changes.size() == limits::changes) {
      ++told.changes_omitted;
      continue;
    }
    git_commit* raw = nullptr;
    if (git_commit_lookup(&raw, repository, &at) != 0)
      return git_failed("could not read a commit of", definition);
    const CommitHandle commit(raw);
    told.changes.push_back(change_of(commit.get()));
  }
  if (next != 0 && next != GIT_ITEROVER && told.changes.empty()) add_first_parents(repository, id, told);
  return told;
}

}  // namespace testfarm

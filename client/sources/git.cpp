#include "client/sources/git.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "base/file.hpp"
#include "base/glob.hpp"
#include "base/text.hpp"
#include "client/sources/git_library.hpp"
#include "client/sources/git_submodules.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

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

constexpr std::string_view heads = "refs/heads/";
constexpr std::string_view tag_names = "refs/tags/";
constexpr std::size_t most_tips = 1000;
constexpr std::size_t most_named = 8;  // branches in a message
constexpr std::size_t most_steps = 100;

// What one reference of the remote is, if the definition wants it.
std::optional<Tip> wanted(const RepositoryDefinition& definition, std::string_view reference) {
  const bool tag = reference.starts_with(tag_names);
  if ((!tag && !reference.starts_with(heads)) || reference.ends_with("^{}")) return std::nullopt;
  const std::string_view name = reference.substr(tag ? tag_names.size() : heads.size());
  if (name.size() > limits::name || !any_glob_matches(tag ? definition.tags : definition.branches, name))
    return std::nullopt;
  return Tip{std::string(name), {}, tag};
}

std::string local_name(const Tip& tip) {
  return concat(tip.tag ? "refs/testfarm/tags/" : "refs/remotes/origin/", tip.branch);
}

// A branch "feature" that is gone would be in the way of one "feature/x".
void drop_others(git_repository* repository, const std::vector<Tip>& tips) {
  git_strarray names{};
  if (git_reference_list(&names, repository) != 0) return;
  for (std::size_t i = 0; i < names.count; ++i) {
    const std::string_view name = names.strings[i];
    const bool ours = name.starts_with("refs/remotes/origin/") || name.starts_with("refs/testfarm/tags/");
    const bool listed =
        std::any_of(tips.begin(), tips.end(), [&](const Tip& tip) { return local_name(tip) == name; });
    if (ours && !listed) git_reference_remove(repository, names.strings[i]);
  }
  git_strarray_dispose(&names);
}

class GitSource final : public Source {
 public:
  explicit GitSource(const RepositoryDefinition& definition) : definition_(definition) {}
  Result<std::vector<Tip>> tips() override;
  Result<std::vector<std::string>> steps(const std::string& previous, const std::string& tip) override;
  Result<Repository> describe(const std::string& previous, const std::string& revision) override;
  Status check_out(const std::string& revision) override;

 private:
  // What the server has: the tips that are wanted, and some of the branches that are not.
  struct Listing {
    std::vector<Tip> wanted;
    std::vector<std::string> others;
  };
  Result<Listing> listed(git_remote* remote, git_fetch_options& options);
  Error no_tip(const Listing& listing) const;
  Result<git_oid> id_of(const std::string& revision);
  Result<bool> matters(git_repository* repository, const std::string& previous, const git_oid& tip);
  const RepositoryDefinition& definition_;
};

Result<GitSource::Listing> GitSource::listed(git_remote* remote, git_fetch_options& options) {
  if (git_remote_connect(remote, GIT_DIRECTION_FETCH, &options.callbacks, nullptr, nullptr) != 0)
    return git_failed("could not reach", definition_);
  const git_remote_head** all = nullptr;
  std::size_t count = 0;
  if (git_remote_ls(&all, &count, remote) != 0) return git_failed("could not list", definition_);
  Listing listing;
  for (std::size_t i = 0; i < count && listing.wanted.size() < most_tips; ++i) {
    const std::string_view name = all[i]->name;
    if (auto tip = wanted(definition_, all[i]->name))
      listing.wanted.push_back(*std::move(tip));
    else if (name.starts_with(heads) && listing.others.size() < most_named)
      listing.others.emplace_back(name.substr(heads.size()));
  }
  return listing;
}

// "there is no branch main in URL; there are master, trunk"
Error GitSource::no_tip(const Listing& listing) const {
  // They are there and were fetched: it is our copy that cannot be read.
  if (!listing.wanted.empty())
    return {ErrorKind::unavailable,
            concat("git: the clone in ", definition_.directory.string(),
                   " is damaged: what was fetched cannot be read; remove it, and it is made anew")};
  std::string names;
  for (const std::string& name : definition_.branches) names += (names.empty() ? "" : ", ") + name;
  std::string others;
  for (const std::string& name : listing.others) others += (others.empty() ? "" : ", ") + name;
  return {ErrorKind::unavailable,
          concat("git: there is no branch ", names, " in ", definition_.url,
                 others.empty() ? std::string("; it has none at all")
                                : concat(listing.others.size() == 1 ? "; there is " : "; there are ", others,
                                         listing.others.size() == most_named ? " and perhaps more" : ""))};
}

Result<std::vector<Tip>> GitSource::tips() {
  const std::string& url = definition_.url;
  if ((url.starts_with('/') || url.starts_with('.')) && !file_exists(url))
    return fail(ErrorKind::unavailable, concat("git: there is no repository ", url));
  TRY_SET(const RepositoryHandle repository, open_clone(definition_));
  TRY_SET(const RemoteHandle remote, remote_of(repository.get(), definition_));
  Conversation conversation(definition_);
  git_fetch_options options = fetch_options(conversation);
  TRY_SET(const Listing listing, listed(remote.get(), options));
  std::vector<Tip> tips = listing.wanted;
  drop_others(repository.get(), tips);
  std::vector<std::string> refspecs;
  for (const Tip& tip : tips)
    refspecs.push_back(concat('+', tip.tag ? tag_names : heads, tip.branch, ':', local_name(tip)));
  std::vector<char*> pointers;
  for (std::string& refspec : refspecs) pointers.push_back(refspec.data());
  const git_strarray array{pointers.data(), pointers.size()};
  if (!tips.empty() && git_remote_fetch(remote.get(), &array, &options, nullptr) != 0)
    return git_failed("could not fetch", definition_);
  std::vector<Tip> whole;
  for (Tip& tip : tips) {
    git_object* raw = nullptr;
    // A tag may be an object of its own; what is built is the commit that it names.
    if (git_revparse_single(&raw, repository.get(), (local_name(tip) + "^{commit}").c_str()) != 0) continue;
    const ObjectHandle commit(raw);
    tip.revision = text_of(*git_object_id(raw));
    whole.push_back(std::move(tip));
  }
  if (!whole.empty()) return whole;
  return fail(no_tip(listing));
}

Result<git_oid> GitSource::id_of(const std::string& revision) {
  TRY_SET(const RepositoryHandle repository, open_clone(definition_));
  git_object* raw = nullptr;
  if (git_revparse_single(&raw, repository.get(), (revision + "^{commit}").c_str()) != 0)
    return git_failed(concat("there is no revision ", in_quotes(revision), " in"), definition_);
  const ObjectHandle commit(raw);
  return *git_object_id(raw);
}

// Whether any path that changed is not one of those that do not matter.
Result<bool> GitSource::matters(git_repository* repository, const std::string& previous, const git_oid& tip) {
  if (definition_.ignore.empty()) return true;
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
    return git_failed("could not compare trees of", definition_);
  const DiffHandle diff(raw);
  for (std::size_t i = 0; i < git_diff_num_deltas(raw); ++i) {
    const git_diff_delta* delta = git_diff_get_delta(raw, i);
    if (!any_glob_matches(definition_.ignore, delta->new_file.path)) return true;
  }
  return false;
}

Result<std::vector<std::string>> GitSource::steps(const std::string& previous, const std::string& tip) {
  if (previous == tip) return std::vector<std::string>{};
  const std::vector<std::string> newest{tip};
  if (previous.empty()) return newest;
  TRY_SET(const RepositoryHandle repository, open_clone(definition_));
  TRY_SET(const git_oid id, id_of(tip));
  TRY_SET(const bool any, matters(repository.get(), previous, id));
  if (!any) return std::vector<std::string>{};
  // A history that was written anew has no steps from what was tested.
  git_oid before{};
  const bool grew = git_oid_fromstr(&before, previous.c_str()) == 0 &&
                    git_graph_descendant_of(repository.get(), &id, &before) == 1;
  if (definition_.updates == Updates::newest || !grew) return newest;
  TRY_SET(const WalkHandle walk, walk_between(repository.get(), definition_, previous, id));
  // What came into the branch one by one: merged side branches count as their merge.
  git_revwalk_simplify_first_parent(walk.get());
  std::vector<std::string> steps;
  git_oid at{};
  while (git_revwalk_next(&at, walk.get()) == 0) {
    git_commit* raw = nullptr;
    if (git_commit_lookup(&raw, repository.get(), &at) != 0)
      return git_failed("could not read a commit of", definition_);
    const CommitHandle commit(raw);
    if (definition_.updates == Updates::each || git_commit_parentcount(raw) > 1) steps.push_back(text_of(at));
  }
  std::reverse(steps.begin(), steps.end());
  std::vector<std::string> wanted;
  std::string last = previous;
  for (const std::string& step : steps) {
    git_oid at_step{};
    if (wanted.size() == most_steps || git_oid_fromstr(&at_step, step.c_str()) != 0) break;
    TRY_SET(const bool counts, matters(repository.get(), last, at_step));
    if (counts) wanted.push_back(step);
    last = step;
  }
  return wanted;
}

Result<Repository> GitSource::describe(const std::string& previous, const std::string& revision) {
  TRY_SET(const RepositoryHandle repository, open_clone(definition_));
  TRY_SET(const git_oid id, id_of(revision));
  Repository told{.name = clean_line(definition_.name, limits::name),
                  .url = clean_line(without_password(definition_.url), limits::url),
                  .revision = text_of(id),
                  .previous = previous,
                  .changes_omitted = 0};
  TRY_SET(const WalkHandle walk, walk_between(repository.get(), definition_, previous, id));
  git_oid at{};
  while (git_revwalk_next(&at, walk.get()) == 0) {
    // The first execution tells its own commit only: everything before is not news.
    if (previous.empty() && !told.changes.empty()) break;
    if (told.changes.size() == limits::changes) {
      ++told.changes_omitted;
      continue;
    }
    git_commit* raw = nullptr;
    if (git_commit_lookup(&raw, repository.get(), &at) != 0)
      return git_failed("could not read a commit of", definition_);
    const CommitHandle commit(raw);
    told.changes.push_back(change_of(commit.get()));
  }
  return told;
}

Status GitSource::check_out(const std::string& revision) {
  TRY_SET(const RepositoryHandle repository, open_clone(definition_));
  TRY_SET(const git_oid id, id_of(revision));
  git_object* raw = nullptr;
  if (git_object_lookup(&raw, repository.get(), &id, GIT_OBJECT_COMMIT) != 0)
    return git_failed(concat("there is no ", revision, " in"), definition_);
  const ObjectHandle commit(raw);
  std::vector<Path> links;
  if (definition_.submodules) {
    TRY_SET(links, leave_submodules(repository.get(), definition_, id));
  }
  // Of a client that was killed; nobody else works in this sandbox.
  TRY(remove_file(definition_.directory / ".git/index.lock"));
  git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
  options.checkout_strategy = GIT_CHECKOUT_FORCE;
  if (git_checkout_tree(repository.get(), commit.get(), &options) != 0)
    return git_failed("could not check out", definition_);
  if (git_repository_set_head_detached(repository.get(), &id) != 0)
    return git_failed("could not check out", definition_);
  for (const Path& link : links) TRY(remove_file(link));
  if (!definition_.submodules || !file_exists(definition_.directory / ".gitmodules")) return {};
  // Addresses like ../other.git are told from where this one came.
  git_remote_delete(repository.get(), "origin");
  git_remote* origin = nullptr;
  if (git_remote_create(&origin, repository.get(), "origin", definition_.url.c_str()) != 0)
    return git_failed("could not note the origin of", definition_);
  const RemoteHandle handle(origin);
  return update_submodules(repository.get(), definition_);
}

}  // namespace

std::unique_ptr<Source> git_source(const RepositoryDefinition& definition) {
  return std::make_unique<GitSource>(definition);
}

}  // namespace testfarm

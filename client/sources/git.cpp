#include "client/sources/git.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/file.hpp"
#include "base/glob.hpp"
#include "base/text.hpp"
#include "client/sources/git_alterations.hpp"
#include "client/sources/git_files.hpp"
#include "client/sources/git_health.hpp"
#include "client/sources/git_history.hpp"
#include "client/sources/git_large_files.hpp"
#include "client/sources/git_library.hpp"
#include "client/sources/git_submodules.hpp"
#include "client/sources/remove_tree.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

constexpr std::string_view heads = "refs/heads/";
constexpr std::string_view tag_names = "refs/tags/";
constexpr std::size_t most_named = 8;  // branches in a message

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

// The clone may be to blame: whoever called looks (Clone::damaged).
template <typename Answer>
Answer as_damaged(Answer answer) {
  if (!answer && answer.error().kind == ErrorKind::unavailable) answer.error().kind = ErrorKind::damaged;
  return answer;
}

class GitSource final : public Clone {
 public:
  GitSource(const RepositoryDefinition& definition, std::unique_ptr<GitAccess> access)
      : definition_(definition), access_(std::move(access)) {}
  Result<std::vector<Tip>> tips() override;
  Status reach() override {
    TRY(wanted_tips());
    return {};
  }
  Result<std::vector<std::string>> steps(const std::string& previous, const std::string& tip) override;
  Result<Repository> describe(const std::string& previous, const std::string& revision) override;
  Status check_out(const std::string& revision) override;
  Status unlock(const std::vector<std::string>& half_done) override;
  bool damaged() override {
    return access_->references() && (git_damaged(definition_) || !access_->accepts_clone());
  }
  std::string at() override;
  Result<std::vector<std::string>> strays(Clean what) override { return git_strays(definition_, what); }

 private:
  struct Listing {
    std::vector<Tip> tips;  // without their revisions
    std::vector<GitReference> references;
  };
  Result<Listing> wanted_tips();
  Status fetch(git_repository* repository, const Listing& listing);
  Error no_tip(const std::vector<GitReference>& references) const;
  Status verify(git_repository* repository, const git_oid& id);
  const RepositoryDefinition& definition_;
  std::unique_ptr<GitAccess> access_;
};

// "there is no branch main in URL; there are master, trunk"
Error GitSource::no_tip(const std::vector<GitReference>& references) const {
  std::string names;
  for (const std::string& name : definition_.branches) names += (names.empty() ? "" : ", ") + name;
  std::string others;
  std::size_t count = 0;
  for (const GitReference& reference : references)
    if (reference.name.starts_with(heads) && count++ < most_named)
      others += (others.empty() ? "" : ", ") + reference.name.substr(heads.size());
  return {ErrorKind::unavailable,
          concat("git: there is no branch ", names, " in ", without_password(definition_.url),
                 others.empty() ? std::string("; it has none at all")
                                : concat(count == 1 ? "; there is " : "; there are ", others,
                                         count > most_named ? concat(" and ", count - most_named, " more")
                                                            : std::string()))};
}

// Only what is new is asked for.
Status GitSource::fetch(git_repository* repository, const Listing& listing) {
  std::map<std::string, std::string> there;
  for (const GitReference& reference : listing.references) there[reference.name] = reference.id;
  std::vector<std::string> refspecs;
  for (const Tip& tip : listing.tips) {
    const std::string remote = concat(tip.tag ? tag_names : heads, tip.branch);
    git_oid id{};
    const bool here = git_reference_name_to_id(&id, repository, local_name(tip).c_str()) == 0;
    if (!here || text_of(id) != there[remote]) refspecs.push_back(concat('+', remote, ':', local_name(tip)));
  }
  return refspecs.empty() ? Status() : access_->fetch(repository, refspecs);
}

Result<GitSource::Listing> GitSource::wanted_tips() {
  const std::string url = address_of(definition_);
  if (url.starts_with('/') && !file_exists(url))
    return fail(ErrorKind::unavailable, concat("git: there is no repository ", definition_.url));
  Listing listing;
  TRY_SET(listing.references, access_->references());
  for (const GitReference& reference : listing.references)
    if (auto tip = wanted(definition_, reference.name); tip && listing.tips.size() < most_tips)
      listing.tips.push_back(*std::move(tip));
  if (listing.tips.empty()) return fail(no_tip(listing.references));
  return listing;
}

Result<std::vector<Tip>> GitSource::tips() {
  TRY_SET(Listing listing, wanted_tips());
  TRY_SET(const RepositoryHandle repository, open_clone(definition_));
  drop_others(repository.get(), listing.tips);
  TRY(as_damaged(fetch(repository.get(), listing)));
  std::vector<Tip> whole;
  for (Tip& tip : listing.tips) {
    git_object* raw = nullptr;
    // A tag may be an object of its own; what is built is the commit that it names, if it names one.
    if (git_revparse_single(&raw, repository.get(), (local_name(tip) + "^{commit}").c_str()) != 0) {
      if (tip.tag) continue;
      return fail(ErrorKind::damaged, concat("git: branch ", tip.branch, " was fetched into ",
                                             definition_.directory.string(), " and cannot be read"));
    }
    const ObjectHandle commit(raw);
    tip.revision = text_of(*git_object_id(raw));
    whole.push_back(std::move(tip));
  }
  if (!whole.empty()) return whole;
  return fail(no_tip(listing.references));
}

Result<git_oid> id_of(git_repository* repository, const RepositoryDefinition& definition,
                      const std::string& revision) {
  git_object* raw = nullptr;
  if (git_revparse_single(&raw, repository, (revision + "^{commit}").c_str()) != 0)
    return as_damaged(
        Result<git_oid>(git_failed(concat("there is no revision ", in_quotes(revision), " in"), definition)));
  const ObjectHandle commit(raw);
  return *git_object_id(raw);
}

Result<std::vector<std::string>> GitSource::steps(const std::string& previous, const std::string& tip) {
  if (previous == tip) return std::vector<std::string>{};
  if (previous.empty()) return std::vector<std::string>{tip};
  TRY_SET(const RepositoryHandle repository, open_clone(definition_));
  TRY_SET(const git_oid id, id_of(repository.get(), definition_, tip));
  return as_damaged(git_steps(repository.get(), definition_, previous, id));
}

Result<Repository> GitSource::describe(const std::string& previous, const std::string& revision) {
  TRY_SET(const RepositoryHandle repository, open_clone(definition_));
  TRY_SET(const git_oid id, id_of(repository.get(), definition_, revision));
  return as_damaged(git_description(repository.get(), definition_, previous, id));
}

Status GitSource::check_out(const std::string& revision) {
  if (const std::string altered = git_alteration(definition_); !altered.empty())
    return fail(ErrorKind::damaged,
                concat("git: something set ", altered, " in ", (definition_.directory / ".git").string(),
                       ", so that other files than the revision's would be checked out"));
  TRY_SET(const RepositoryHandle repository, open_clone(definition_));
  TRY_SET(const git_oid id, id_of(repository.get(), definition_, revision));
  std::vector<Path> links;
  if (definition_.submodules) {
    TRY_SET(links, as_damaged(leave_submodules(repository.get(), definition_, id)));
  }
  TRY(as_damaged(access_->check_out(repository.get(), id)));
  for (const Path& link : links) TRY(remove_file(link));
  if (definition_.submodules && file_exists(definition_.directory / ".gitmodules")) {
    TRY(note_origin(repository.get(), definition_));
    TRY(as_damaged(update_submodules(repository.get(), definition_, *access_)));
  }
  TRY(real_large_files(repository.get(), definition_, *access_));
  return as_damaged(verify(repository.get(), id));
}

// What is there is what was asked for, whatever a program that ended well has left.
Status GitSource::verify(git_repository* repository, const git_oid& id) {
  git_oid head{};
  if (git_reference_name_to_id(&head, repository, "HEAD") != 0 || git_oid_equal(&head, &id) == 0)
    return fail(ErrorKind::unavailable,
                concat("git: ", definition_.directory.string(), " is not at ", text_of(id)));
  TRY_SET(const std::string wrong, git_wrong_file(repository, definition_));
  if (wrong.empty()) return {};
  return fail(ErrorKind::unavailable,
              concat("git: the files in ", definition_.directory.string(), " are not those of ", text_of(id),
                     ": ", clean_line(wrong, limits::name)));
}

std::string GitSource::at() {
  if (!file_exists(definition_.directory / ".git")) return {};
  const auto repository = open_clone(definition_);
  git_oid head{};
  if (!repository || git_reference_name_to_id(&head, repository->get(), "HEAD") != 0) return {};
  return text_of(head);
}

Status GitSource::unlock(const std::vector<std::string>& half_done) {
  TRY(remove_git_locks(definition_));
  TRY(remove_torn_objects(definition_));
  if (half_done.empty() || !file_exists(definition_.directory / ".git")) return {};
  TRY(undo_git_alterations(definition_));
  make_writable(definition_.directory);
  return distrust_files(definition_, half_done);
}

}  // namespace

std::unique_ptr<Clone> git_source(const RepositoryDefinition& definition, std::unique_ptr<GitAccess> access) {
  return std::make_unique<GitSource>(definition, std::move(access));
}

}  // namespace testfarm

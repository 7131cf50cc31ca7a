#include "client/repository.hpp"

#include <git2.h>

#include <algorithm>
#include <memory>

#include "base/file.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

template <auto Free>
struct Freed {
  template <typename Thing>
  void operator()(Thing* thing) const {
    Free(thing);
  }
};
using RepositoryHandle = std::unique_ptr<git_repository, Freed<git_repository_free>>;
using RemoteHandle = std::unique_ptr<git_remote, Freed<git_remote_free>>;
using CommitHandle = std::unique_ptr<git_commit, Freed<git_commit_free>>;
using ObjectHandle = std::unique_ptr<git_object, Freed<git_object_free>>;
using WalkHandle = std::unique_ptr<git_revwalk, Freed<git_revwalk_free>>;

tl::unexpected<Error> git_failed(std::string_view doing, const RepositoryDefinition& repository) {
  const git_error* error = git_error_last();
  return fail(ErrorKind::unavailable, cat("git: ", doing, ' ', repository.url, ": ",
                                          error == nullptr ? "no reason given" : error->message));
}

// libgit2 counts its users; it stays for the program's life.
Status git_ready() {
  static const int users = git_libgit2_init();
  if (users < 1) return fail(ErrorKind::internal, "libgit2 could not be initialised");
  return {};
}

Result<RepositoryHandle> open_clone(const RepositoryDefinition& definition) {
  TRY(git_ready());
  git_repository* repository = nullptr;
  if (git_repository_open(&repository, definition.directory.c_str()) == 0)
    return RepositoryHandle(repository);
  TRY(make_directories(definition.directory));
  if (git_repository_init(&repository, definition.directory.c_str(), 0) != 0)
    return git_failed("could not make a clone of", definition);
  return RepositoryHandle(repository);
}

Result<RemoteHandle> remote_of(git_repository* repository, const RepositoryDefinition& definition) {
  // Without a name: the address in testfarm.toml counts, whatever an older one left in the clone's config.
  git_remote* remote = nullptr;
  if (git_remote_create_anonymous(&remote, repository, definition.url.c_str()) != 0)
    return git_failed("could not use", definition);
  return RemoteHandle(remote);
}

std::string text_of(const git_oid& id) {
  std::string text(GIT_OID_HEXSZ, '\0');
  git_oid_fmt(text.data(), &id);
  return text;
}

// Names and messages in repositories may be of any encoding and hold anything.
std::string clean_line(const char* text, std::size_t most) {
  std::string line = repaired_utf8(text == nullptr ? "" : text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; },
      ' ');
  return std::string(utf8_prefix(line, most));
}

std::string clean_text(const char* text, std::size_t most) {
  std::string clean = repaired_utf8(text == nullptr ? "" : text);
  std::erase_if(clean, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
  });
  return std::string(utf8_prefix(trim(clean), most));
}

Change change_of(git_commit* commit) {
  const git_signature* author = git_commit_author(commit);
  return {text_of(*git_commit_id(commit)), clean_line(author->name, limits::name),
          std::max<std::int64_t>(git_commit_time(commit), 0),
          clean_text(git_commit_message(commit), limits::message)};
}

// From `revision` back to what `previous` already has.
Result<WalkHandle> walk_between(git_repository* repository, const RepositoryDefinition& definition,
                                const std::string& previous, const git_oid& revision) {
  git_revwalk* raw = nullptr;
  if (git_revwalk_new(&raw, repository) != 0) return git_failed("could not walk", definition);
  WalkHandle walk(raw);
  git_revwalk_sorting(raw, GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME);
  if (git_revwalk_push(raw, &revision) != 0)
    return git_failed(cat("there is no ", text_of(revision), " in"), definition);
  git_oid old{};
  // A previous revision that is gone (a branch rewritten) hides nothing.
  if (!previous.empty() && git_oid_fromstr(&old, previous.c_str()) == 0) git_revwalk_hide(raw, &old);
  return walk;
}

}  // namespace

Result<std::string> fetch_tip(const RepositoryDefinition& definition) {
  const bool path = definition.url.starts_with('/') || definition.url.starts_with('.');
  if (path && !file_exists(definition.url))
    return fail(ErrorKind::unavailable, cat("git: there is no repository ", definition.url));
  TRY_SET(const RepositoryHandle repository, open_clone(definition));
  TRY_SET(const RemoteHandle remote, remote_of(repository.get(), definition));
  std::string refspec = cat("+refs/heads/", definition.branch, ":refs/remotes/origin/", definition.branch);
  char* refspec_pointer = refspec.data();
  const git_strarray refspecs{&refspec_pointer, 1};
  git_fetch_options options = GIT_FETCH_OPTIONS_INIT;
  if (git_remote_fetch(remote.get(), &refspecs, &options, nullptr) != 0)
    return git_failed("could not fetch", definition);
  git_oid tip{};
  if (git_reference_name_to_id(&tip, repository.get(),
                               cat("refs/remotes/origin/", definition.branch).c_str()) != 0)
    return git_failed(cat("there is no branch ", definition.branch, " in"), definition);
  return text_of(tip);
}

Result<Repository> describe_revision(const RepositoryDefinition& definition, const std::string& previous,
                                     const std::string& revision) {
  TRY_SET(const RepositoryHandle repository, open_clone(definition));
  git_oid id{};
  if (git_oid_fromstr(&id, revision.c_str()) != 0)
    return git_failed(cat(revision, " is no revision of"), definition);
  Repository told{clean_line(definition.name.c_str(), limits::name),
                  clean_line(definition.url.c_str(), limits::url),
                  revision,
                  previous,
                  {},
                  0};
  TRY_SET(const WalkHandle walk, walk_between(repository.get(), definition, previous, id));
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
      return git_failed("could not read a commit of", definition);
    const CommitHandle commit(raw);
    told.changes.push_back(change_of(commit.get()));
  }
  return told;
}

Status check_out(const RepositoryDefinition& definition, const std::string& revision) {
  TRY_SET(const RepositoryHandle repository, open_clone(definition));
  git_oid id{};
  git_object* raw = nullptr;
  if (git_oid_fromstr(&id, revision.c_str()) != 0 ||
      git_object_lookup(&raw, repository.get(), &id, GIT_OBJECT_COMMIT) != 0)
    return git_failed(cat("there is no ", revision, " in"), definition);
  const ObjectHandle commit(raw);
  git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
  options.checkout_strategy = GIT_CHECKOUT_FORCE;
  if (git_checkout_tree(repository.get(), commit.get(), &options) != 0)
    return git_failed("could not check out", definition);
  if (git_repository_set_head_detached(repository.get(), &id) != 0)
    return git_failed("could not check out", definition);
  return {};
}

}  // namespace testfarm

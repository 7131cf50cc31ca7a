// libgit2 with owners for what it hands out, and with errors as values: what the files that read git share.
#pragma once

#include <git2.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "client/definition/definition.hpp"
#include "client/platform/interruption.hpp"

namespace testfarm {

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
using DiffHandle = std::unique_ptr<git_diff, Freed<git_diff_free>>;
using SubmoduleHandle = std::unique_ptr<git_submodule, Freed<git_submodule_free>>;
using StatusHandle = std::unique_ptr<git_status_list, Freed<git_status_list_free>>;
using WalkHandle = std::unique_ptr<git_revwalk, Freed<git_revwalk_free>>;

// no_space where that is what a version control system gives as its reason; else unavailable.
ErrorKind kind_of_failure(std::string_view reason);
// With what libgit2 said last.
tl::unexpected<Error> git_failed(std::string_view doing, const RepositoryDefinition& repository);

// libgit2 counts its users; it stays for the program's life.
Status git_ready();

// The clone in the definition's directory, made empty where there is none.
Result<RepositoryHandle> open_clone(const RepositoryDefinition& definition);
// Without a name: the address in testfarm.toml counts, whatever an older one left in the clone's config.
Result<RemoteHandle> remote_of(git_repository* repository, const RepositoryDefinition& definition);
std::string text_of(const git_oid& id);
// The definition's address; a path that is not absolute is told from where the definition is, and not from
// where somebody started the client.
std::string address_of(const RepositoryDefinition& definition);
// `flags`: of git_status_opt_t.
Result<StatusHandle> git_status(git_repository* repository, const RepositoryDefinition& definition,
                                unsigned flags);

// What libgit2 asks and tells on its way. Keys come by the agent or from a file; one try each, for it asks
// until it is told to stop. A server that says nothing for too long is left.
struct Conversation {
  explicit Conversation(const RepositoryDefinition& of) : repository(of), interruption(of.patience) {}
  const RepositoryDefinition& repository;
  Interruption interruption;
  bool tried = false;

  static int heard(const git_indexer_progress*, void* payload) {
    static_cast<Conversation*>(payload)->interruption.heard();
    return 0;
  }
  static int told(const char*, int, void* payload) { return heard(nullptr, payload); }
  static int give(git_credential** out, const char* url, const char* user_from_url, unsigned allowed,
                  void* payload);
};

// With the callbacks of the conversation, which outlives them.
git_fetch_options fetch_options(Conversation& conversation);

}  // namespace testfarm

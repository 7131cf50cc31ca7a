#include "client/sources/git_by_library.hpp"

#include "base/text.hpp"
#include "client/sources/git_library.hpp"

namespace testfarm {
namespace {

class GitByLibrary final : public GitAccess {
 public:
  explicit GitByLibrary(const RepositoryDefinition& definition) : definition_(definition) {}

  Result<std::vector<GitReference>> references() override {
    TRY(git_ready());
    git_remote* raw = nullptr;
    if (git_remote_create_detached(&raw, address_of(definition_).c_str()) != 0)
      return git_failed("could not use", definition_);
    const RemoteHandle remote(raw);
    Conversation conversation(definition_);
    const git_fetch_options options = fetch_options(conversation);
    if (git_remote_connect(raw, GIT_DIRECTION_FETCH, &options.callbacks, nullptr, nullptr) != 0)
      return git_failed("could not reach", definition_);
    const git_remote_head** all = nullptr;
    std::size_t count = 0;
    if (git_remote_ls(&all, &count, raw) != 0) return git_failed("could not list", definition_);
    std::vector<GitReference> references;
    for (std::size_t i = 0; i < count; ++i) references.push_back({all[i]->name, text_of(all[i]->oid)});
    return references;
  }

  Status fetch(git_repository* repository, const std::vector<std::string>& refspecs) override {
    TRY_SET(const RemoteHandle remote, remote_of(repository, definition_));
    Conversation conversation(definition_);
    const git_fetch_options options = fetch_options(conversation);
    std::vector<std::string> texts = refspecs;
    std::vector<char*> pointers;
    for (std::string& text : texts) pointers.push_back(text.data());
    const git_strarray array{pointers.data(), pointers.size()};
    if (git_remote_fetch(remote.get(), &array, &options, nullptr) != 0)
      return git_failed("could not fetch", definition_);
    return {};
  }

  Status check_out(git_repository* repository, const git_oid& commit) override {
    git_object* raw = nullptr;
    if (git_object_lookup(&raw, repository, &commit, GIT_OBJECT_COMMIT) != 0)
      return git_failed(concat("there is no ", text_of(commit), " in"), definition_);
    const ObjectHandle object(raw);
    git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
    options.checkout_strategy = GIT_CHECKOUT_FORCE;
    if (git_checkout_tree(repository, raw, &options) != 0)
      return git_failed("could not check out", definition_);
    if (git_repository_set_head_detached(repository, &commit) != 0)
      return git_failed("could not check out", definition_);
    return {};
  }

  Status update(git_repository*, git_submodule* submodule) override {
    Conversation conversation(definition_);
    git_submodule_update_options options = GIT_SUBMODULE_UPDATE_OPTIONS_INIT;
    options.fetch_opts = fetch_options(conversation);
    options.checkout_opts.checkout_strategy = GIT_CHECKOUT_FORCE;
    git_submodule_sync(submodule);
    if (git_submodule_update(submodule, 1, &options) != 0)
      return git_failed(concat("could not update the submodule ", git_submodule_name(submodule), " of"),
                        definition_);
    return {};
  }

  bool accepts_clone() override { return true; }  // what libgit2 thinks of it stands in git_health

  Status fetch_large_files(git_repository*) override {
    return fail(ErrorKind::unavailable,
                "git: its large files can be fetched by git and git-lfs only; install both");
  }

 private:
  const RepositoryDefinition& definition_;
};

}  // namespace

std::unique_ptr<GitAccess> git_by_library(const RepositoryDefinition& definition) {
  return std::make_unique<GitByLibrary>(definition);
}

}  // namespace testfarm

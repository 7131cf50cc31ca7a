#include "client/sources/git_library.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "client/sources/source.hpp"

namespace testfarm {

tl::unexpected<Error> git_failed(std::string_view doing, const RepositoryDefinition& repository) {
  const git_error* error = git_error_last();
  return fail(ErrorKind::unavailable, concat("git: ", doing, ' ', without_password(repository.url), ": ",
                                             error == nullptr ? "no reason given" : error->message));
}

namespace {

// libgit2 counts its users; it stays for the program's life.
Status git_ready() {
  static const int users = git_libgit2_init();
  if (users < 1) return fail(ErrorKind::internal, "libgit2 could not be initialised");
  return {};
}

}  // namespace

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

int Conversation::give(git_credential** out, const char*, const char* user_from_url, unsigned allowed,
                       void* payload) {
  auto& self = *static_cast<Conversation*>(payload);
  const char* user = user_from_url == nullptr ? "git" : user_from_url;
  if ((allowed & GIT_CREDENTIAL_USERNAME) != 0) return git_credential_username_new(out, user);
  if ((allowed & GIT_CREDENTIAL_SSH_KEY) == 0 || self.tried) return GIT_PASSTHROUGH;
  self.tried = true;
  if (self.repository.ssh_key.empty()) return git_credential_ssh_key_from_agent(out, user);
  return git_credential_ssh_key_new(out, user, nullptr, self.repository.ssh_key.c_str(), "");
}
git_fetch_options fetch_options(Conversation& conversation) {
  git_fetch_options options = GIT_FETCH_OPTIONS_INIT;
  options.callbacks.credentials = Conversation::give;
  options.callbacks.transfer_progress = Conversation::heard;
  options.callbacks.sideband_progress = Conversation::told;
  options.callbacks.payload = &conversation;
  options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
  return options;
}

}  // namespace testfarm

#include "client/sources/git_library.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "client/sources/source.hpp"

namespace testfarm {

ErrorKind kind_of_failure(std::string_view reason) {
  for (const char* full : {"No space left on device", "Disk quota exceeded"})  // strerror(3), untranslated
    if (reason.find(full) != std::string_view::npos) return ErrorKind::no_space;
  return ErrorKind::unavailable;
}

tl::unexpected<Error> git_failed(std::string_view doing, const RepositoryDefinition& repository) {
  const git_error* error = git_error_last();
  const std::string reason = error == nullptr ? "no reason given" : error->message;
  return fail(kind_of_failure(reason),
              concat("git: ", doing, ' ', without_password(repository.url), ": ", reason));
}

Status git_ready() {
  static const int users = git_libgit2_init();
  if (users < 1) return fail(ErrorKind::internal, "libgit2 could not be initialised");
  // What git notes in a partial clone; what is missing in one, nobody reads here.
  static const char* extensions[] = {"partialclone"};
  static const int known = git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, 1);
  return known == 0 ? Status() : fail(ErrorKind::internal, "libgit2 knows no extensions");
}

Result<RepositoryHandle> open_clone(const RepositoryDefinition& definition) {
  TRY(git_ready());
  git_repository* repository = nullptr;
  if (git_repository_open(&repository, definition.directory.c_str()) == 0)
    return RepositoryHandle(repository);
  TRY(make_directories(definition.directory));
  const bool there = file_exists(definition.directory / ".git");
  if (git_repository_init(&repository, definition.directory.c_str(), 0) != 0) {
    Error error = git_failed("could not make a clone of", definition).value();
    if (there) error.kind = ErrorKind::damaged;  // not readable by this libgit2, whatever made it so
    return tl::unexpected(std::move(error));
  }
  return RepositoryHandle(repository);
}

Result<RemoteHandle> remote_of(git_repository* repository, const RepositoryDefinition& definition) {
  git_remote* remote = nullptr;
  if (git_remote_create_anonymous(&remote, repository, address_of(definition).c_str()) != 0)
    return git_failed("could not use", definition);
  return RemoteHandle(remote);
}

std::string address_of(const RepositoryDefinition& definition) {
  // A path, if no colon stands before its first slash (git-clone(1), GIT URLS).
  const std::string& url = definition.url;
  const bool is_path = url.substr(0, url.find('/')).find(':') == std::string::npos;
  if (!is_path || url.starts_with('/') || url.starts_with('~')) return url;
  std::error_code error;
  const Path whole = std::filesystem::absolute(definition.home / url, error);
  return error ? url : whole.lexically_normal().string();
}

std::string text_of(const git_oid& id) {
  std::string text(GIT_OID_HEXSZ, '\0');
  git_oid_fmt(text.data(), &id);
  return text;
}

Result<StatusHandle> git_status(git_repository* repository, const RepositoryDefinition& definition,
                                unsigned flags) {
  git_status_options options = GIT_STATUS_OPTIONS_INIT;
  options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR;
  options.flags = flags;
  git_status_list* raw = nullptr;
  if (git_status_list_new(&raw, repository, &options) != 0)
    return git_failed("could not look at the files of", definition);
  return StatusHandle(raw);
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

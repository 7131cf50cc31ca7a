#include "client/sources/git_by_command.hpp"

#include <algorithm>
#include <utility>

#include "base/glob.hpp"
#include "base/text.hpp"
#include "client/run/machine_trouble.hpp"
#include "client/sources/asked_command.hpp"
#include "client/sources/git_large_files.hpp"
#include "client/sources/git_library.hpp"
#include "client/sources/source.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

using Words = std::vector<std::string>;

constexpr Millis most_time = 24 * hour_ms;  // a huge history over a thin line; silence ends it long before
// More refspecs than that are fetched as all branches and tags: a shell takes only so long a line.
constexpr std::size_t most_refspecs = 100;
constexpr std::size_t sha256_digits = 64;
constexpr std::string_view chatter[] = {"Please make sure you have the correct access rights",
                                        "and the repository exists.",
                                        "Enumerating objects",
                                        "Counting objects",
                                        "Compressing objects",
                                        "Total ",
                                        "From ",
                                        "HEAD is now at",
                                        "Previous HEAD position was"};

// Progress, and what says nothing of this failure.
bool is_chatter(std::string_view line) {
  if (line.find("% (") != std::string_view::npos) return true;
  return std::any_of(std::begin(chatter), std::end(chatter),
                     [&](std::string_view beginning) { return line.starts_with(beginning); });
}

// What git says of a failure, without what only fills the screen.
std::string reason_in(std::string_view output) {
  std::string reason;
  for (std::string_view line : split_lines(output)) {
    // Progress overwrites its line; ssh ends its lines with both.
    line = trim(line);
    if (const auto overwritten = line.rfind('\r'); overwritten != std::string_view::npos)
      line = trim(line.substr(overwritten + 1));
    for (const std::string_view mark : {"fatal: ", "error: ", "remote: "})
      if (line.starts_with(mark)) line.remove_prefix(mark.size());
    if (line.empty() || is_chatter(line)) continue;
    reason += concat(reason.empty() ? "" : "; ", line);
  }
  return clean_line(reason, limits::name * 2);
}

class GitByCommand final : public GitAccess {
 public:
  GitByCommand(const RepositoryDefinition& definition, const Definition& owner, CommandRunner& runner)
      : definition_(definition), owner_(owner), runner_(runner) {}

  Result<std::vector<GitReference>> references() override {
    TRY_SET(const std::string output, git("could not reach", owner_.sandbox,
                                          {"ls-remote", "--heads", "--tags", "--", address_of(definition_)}));
    std::vector<GitReference> references;
    for (const std::string_view line : split_lines(output)) {
      // "id<TAB>name"; warnings of ssh and the like stand between.
      const auto tab = line.find('\t');
      if (tab == sha256_digits &&
          line.substr(0, tab).find_first_not_of("0123456789abcdef") == std::string::npos)
        return fail(ErrorKind::unavailable, concat("git: ", without_password(definition_.url),
                                                   " is a SHA-256 repository, which is not read here yet"));
      if (tab == GIT_OID_HEXSZ &&
          line.substr(0, tab).find_first_not_of("0123456789abcdef") == std::string::npos)
        references.push_back({std::string(line.substr(tab + 1)), std::string(line.substr(0, tab))});
    }
    return references;
  }

  Status fetch(git_repository*, const std::vector<std::string>& refspecs) override {
    // Not the place that the clone's configuration may name.
    const Path& directory = definition_.directory;
    // By a name: objects that a partial clone leaves out come from there, and submodules' addresses like
    // ../other are told from it.
    TRY(git("could not note the origin of", directory,
            {"config", "remote.origin.url", address_of(definition_)}));
    Words words{"fetch", "--progress", "--force", "--no-tags", "--update-shallow", "--no-recurse-submodules"};
    if (definition_.partial) words.emplace_back("--filter=blob:none");
    words.emplace_back("origin");
    if (refspecs.size() <= most_refspecs)
      words.insert(words.end(), refspecs.begin(), refspecs.end());
    else
      words.insert(words.end(), {"+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/testfarm/tags/*"});
    TRY(git("could not fetch", directory, words));
    return {};
  }

  Status check_out(git_repository* repository, const git_oid& commit) override {
    const Path directory = git_repository_workdir(repository);
    TRY(forbid_filters(directory));
    TRY(git(
        "could not check out", directory,
        {"checkout", "--progress", "--force", "--detach", "--no-recurse-submodules", text_of(commit), "--"}));
    return {};
  }

  Status update(git_repository* repository, git_submodule* submodule) override {
    const std::string path = git_submodule_path(submodule);
    const Path directory = git_repository_workdir(repository);
    const std::string doing = concat("could not update the submodule ", git_submodule_name(submodule), " of");
    TRY(git(doing, directory, {"submodule", "sync", "--", path}));
    TRY(git(doing, directory,
            {"submodule", "update", "--init", "--force", "--checkout", "--progress", "--", path}));
    return {};
  }

  bool accepts_clone() override {
    return git("could not look at the clone of", definition_.directory,
               {"fsck", "--connectivity-only", "--no-dangling", "--no-progress"})
        .has_value();
  }

  Status fetch_large_files(git_repository* repository) override {
    if (!missing_program({"git-lfs"}).empty())
      return fail(ErrorKind::unavailable,
                  "git: it has large files (LFS), and this machine has no git-lfs; install that");
    const Path directory = git_repository_workdir(repository);
    TRY(git("could not fetch the large files of", directory, {"lfs", "pull", "origin"},
            {.credentials = !lfs_leads_away(repository, definition_.url)}));
    return {};
  }

 private:
  struct Leave {
    bool credentials = true;
  };

  // What git printed; unavailable with what it said where it fails.
  Result<std::string> git(const std::string& doing, const Path& directory, const Words& words,
                          Leave leave = {.credentials = true}) {
    ShellState state = surroundings(directory);
    if (!definition_.ssh_key.empty()) {
      TRY_SET(state.environment["GIT_SSH_COMMAND"], ssh_with_key(state));
    }
    std::string line = "git";
    for (const auto& [name, value] : settings(leave))
      line += concat(" -c ", in_shell_quotes(concat(name, '=', value)));
    for (const std::string& word : words) line += ' ' + in_shell_quotes(word);
    if (!leave.credentials) {
      // Helpers are left out by the settings; this is for ssh and ~/.netrc.
      state.environment["GIT_SSH_COMMAND"] = "false";
      // What else the user's configuration says (proxy, certificates) goes on to count.
      state.environment.try_emplace("GIT_CONFIG_GLOBAL", state.environment["HOME"] + "/.gitconfig");
      state.environment["HOME"] = owner_.state_directory / "no-home";
    }
    Statement statement;
    statement.line = std::move(line);
    statement.timeout = most_time;
    statement.silence = definition_.patience;
    TRY_SET(CommandAnswer answer, ask_command(runner_, statement, std::move(state)));
    if (answer.success) return std::move(answer.output);
    if (answer.stopped) return fail(ErrorKind::busy, "it was asked to stop");
    std::string reason = reason_in(answer.output);
    if (answer.silent) reason = concat("it said nothing for ", definition_.patience / second_ms, " s");
    return fail(kind_of_failure(answer.output), concat("git: ", doing, ' ', without_password(definition_.url),
                                                       ": ", reason.empty() ? "no reason given" : reason));
  }

  // The ssh that the user has set up, with the definition's key alone (git-config(1), core.sshCommand).
  Result<std::string> ssh_with_key(const ShellState& state) {
    if (ssh_.empty()) {
      ssh_ = "ssh";
      TRY_SET(const CommandAnswer set,
              ask_command(runner_, {.line = "git config core.sshCommand", .timeout = minute_ms}, state));
      if (const auto own = state.environment.find("GIT_SSH_COMMAND"); own != state.environment.end())
        ssh_ = own->second;
      else if (set.success)
        ssh_ = trim(set.output);
    }
    return concat(ssh_, " -o BatchMode=yes -o IdentitiesOnly=yes -i ",
                  in_shell_quotes(definition_.ssh_key.string()));
  }

  // What the user has set up counts; what only an interactive git, another repository or somebody's hook
  // would want does not.
  ShellState surroundings(const Path& directory) const {
    ShellState state = initial_shell_state(directory, {"*"}, owner_.environment);
    // git rev-parse --local-env-vars
    for (const char* name :
         {"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_OBJECT_DIRECTORY", "GIT_DIR",
          "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE", "GIT_INDEX_FILE",
          "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE", "GIT_PREFIX", "GIT_SHALLOW_FILE",
          "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_EXTERNAL_DIFF", "DISPLAY"})
      state.environment.erase(name);
    state.environment["LC_ALL"] = "C";
    state.environment["GIT_NO_REPLACE_OBJECTS"] = "1";      // a commit is the one of that name
    state.environment["GIT_DEFAULT_REF_FORMAT"] = "files";  // what libgit2 reads, in submodules too
    state.environment["GCM_INTERACTIVE"] = "never";
    // A clone that git does not recognise must not make it find another one further up.
    // (libgit2 ends directories with a slash.)
    const Path place = directory.has_filename() ? directory : directory.parent_path();
    state.environment["GIT_CEILING_DIRECTORIES"] = place.parent_path().string();
    state.environment["GIT_TERMINAL_PROMPT"] = "0";
    state.environment["GIT_ASKPASS"] = "";
    state.environment["SSH_ASKPASS_REQUIRE"] = "never";
    state.environment["GIT_LFS_SKIP_SMUDGE"] =
        "1";  // they come by fetch_large_files, which can be told from it
    return state;
  }

  std::vector<std::pair<std::string, std::string>> settings(Leave leave) const {
    std::vector<std::pair<std::string, std::string>> all{
        {"core.hooksPath", "/dev/null"},
        {"core.fsmonitor", "false"},
        {"protocol.ext.allow", "never"},
        {"advice.detachedHead", "false"},
        {"submodule.recurse", "false"},
        {"credential.interactive", "false"},
        {"fetch.unpackLimit", "1"},  // a pack has a checksum, and is there as a whole or not at all
        {"gc.autoDetach", "false"},
        {"maintenance.autoDetach", "false"},
        {"http.lowSpeedLimit", "1"},
        {"http.lowSpeedTime", std::to_string(definition_.patience / second_ms)}};
    // What is on this machine may have submodules on this machine.
    if (is_local(address_of(definition_))) all.emplace_back("protocol.file.allow", "always");
    if (!leave.credentials) {
      all.emplace_back("credential.helper", "");
      all.emplace_back("http.extraHeader", "");
    }
    all.insert(all.end(), filters_.begin(), filters_.end());
    return all;
  }

  static bool is_local(const std::string& url) {
    return url.starts_with('/') || url.starts_with('.') || url.starts_with("file:");
  }

  // A repository names filters, the user's configuration what they run: only LFS and those that the
  // definition names do.
  Status forbid_filters(const Path& directory) {
    filters_.clear();
    TRY_SET(const CommandAnswer listed,
            ask_command(runner_,
                        {.line = "git config --name-only --get-regexp '^filter\\.'", .timeout = minute_ms},
                        surroundings(directory)));
    const bool lfs = missing_program({"git-lfs"}).empty();
    for (const std::string_view line : split_lines(listed.output)) {
      const auto end = line.rfind('.');
      const std::string name(line.substr(7, end == std::string_view::npos || end < 7 ? 0 : end - 7));
      const bool allowed = (name == "lfs" && lfs) || any_glob_matches(definition_.filters, name);
      if (name.empty() || allowed) continue;
      for (const char* member : {"smudge", "clean", "process"})
        filters_.emplace_back(concat("filter.", name, '.', member), "");
      filters_.emplace_back(concat("filter.", name, ".required"), "false");
    }
    if (!lfs) return {};
    // As `git lfs install` would set them.
    filters_.emplace_back("filter.lfs.process", "git-lfs filter-process");
    filters_.emplace_back("filter.lfs.smudge", "git-lfs smudge -- %f");
    filters_.emplace_back("filter.lfs.clean", "git-lfs clean -- %f");
    filters_.emplace_back("filter.lfs.required", "true");
    return {};
  }

  const RepositoryDefinition& definition_;
  const Definition& owner_;
  CommandRunner& runner_;
  std::string ssh_;  // empty: nobody asked yet
  std::vector<std::pair<std::string, std::string>> filters_;
};

}  // namespace

std::unique_ptr<GitAccess> git_by_command(const RepositoryDefinition& definition, const Definition& owner,
                                          CommandRunner& runner) {
  return std::make_unique<GitByCommand>(definition, owner, runner);
}

}  // namespace testfarm

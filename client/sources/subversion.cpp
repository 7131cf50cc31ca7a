#include "client/sources/subversion.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "client/sources/asked_command.hpp"
#include "client/sources/remove_tree.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

class SubversionSource final : public Clone {
 public:
  SubversionSource(const RepositoryDefinition& definition, const Definition& owner, CommandRunner& runner)
      : definition_(definition), commands_(definition, owner, runner) {
    commands_.are_ours();
  }

  Result<std::vector<Tip>> tips() override {
    TRY_SET(const std::string answer,
            commands_.ask(
                "the newest revision",
                R"(svn info --non-interactive --show-item last-changed-revision -- "$TESTFARM_URL@")", {}));
    if (!to_unsigned(last_line(answer)))
      return fail(ErrorKind::unavailable,
                  concat(definition_.name, ": svn named no revision: ", last_line(answer)));
    return std::vector<Tip>{{definition_.branches.front(), last_line(answer), false}};
  }

  Status reach() override {
    TRY(tips());
    return {};
  }

  Result<Repository> describe(const std::string& previous, const std::string& revision) override {
    Repository told = bare_description(definition_, previous, revision);
    if (previous == revision) return told;
    // From newest to oldest; the revision before is not news.
    const std::string since =
        previous.empty() ? revision : std::to_string(to_unsigned(previous).value_or(0) + 1);
    TRY_SET(const std::string log,
            commands_.ask("the changes",
                          concat("svn log --non-interactive --limit ", limits::changes + 1,
                                 " -r \"$TESTFARM_REVISION:", since, "\" -- \"$TESTFARM_URL@\""),
                          revision));
    told.changes = changes_in(log);
    if (told.changes.size() > limits::changes) {
      told.changes.resize(limits::changes);
      told.changes_omitted = 1;
    }
    return told;
  }

  // A killed svn leaves a lock, a build leaves files where the revision has its own: both are ours to mend.
  // What svn then says of the whole is believed, not its exit status: with a conflict it has succeeded, too.
  Status check_out(const std::string& revision) override {
    Status done = check_out_and_look(revision);
    if (!done && done.error().kind == ErrorKind::unavailable) done.error().kind = ErrorKind::damaged;
    return done;
  }

  Status unlock(const std::vector<std::string>& half_done) override {
    if (!file_exists(definition_.directory / ".svn")) return {};
    if (!half_done.empty()) make_writable(definition_.directory);
    TRY(commands_.ask("the locks of a killed svn out of the way",
                      R"(cd "$TESTFARM_DIRECTORY" && svn cleanup -q --non-interactive)"));
    return {};
  }

  // svn mends what it can by itself (check_out); what it then still refuses is broken, if the repository
  // answers.
  bool damaged() override { return tips().has_value(); }

  std::string at() override {
    if (!file_exists(definition_.directory / ".svn")) return {};
    const auto revision = revision_here();
    return revision ? *revision : std::string();
  }

  // Lines of `svn status --no-ignore`: "?       path", of what svn:ignore names "I       path" (svn help
  // status). What stands below an external is its repository's.
  Result<std::vector<std::string>> strays(Clean what) override {
    std::vector<std::string> strays;
    if (what == Clean::never) return strays;
    TRY_SET(const std::string status,
            commands_.ask("the state of the working copy",
                          R"(cd "$TESTFARM_DIRECTORY" && svn status --no-ignore --non-interactive)"));
    for (const std::string_view line : split_lines(status))
      if (line.size() > 8 && (line[0] == '?' || (line[0] == 'I' && what == Clean::ignored)) &&
          line.substr(1, 7) == "       ")
        strays.emplace_back(line.substr(8));
    return strays;
  }

 private:
  Result<std::string> revision_here() {
    TRY_SET(const std::string at,
            commands_.ask("the revision that is checked out",
                          R"(cd "$TESTFARM_DIRECTORY" && svn info --non-interactive --show-item revision)"));
    return last_line(at);
  }

  Status check_out_and_look(const std::string& revision) {
    TRY(commands_.ask(
        concat("revision ", revision),
        // From within: commands of svn do not agree on what an "@" in a path means.
        R"(mkdir -p "$TESTFARM_DIRECTORY" && cd "$TESTFARM_DIRECTORY" && if [ -d .svn ]; then )"
        R"({ svn cleanup -q --non-interactive --include-externals || svn cleanup -q --non-interactive; } && )"
        R"(svn revert -q -R . && )"
        R"(svn switch -q --non-interactive --force --set-depth infinity --accept theirs-full --ignore-ancestry -r "$TESTFARM_REVISION" -- "$TESTFARM_URL@" . && )"
        R"(svn revert -q -R . && )"
        // What a build changed in an external is not reverted with what is around it.
        R"(svn status --non-interactive --ignore-externals | sed -n 's/^X       //p' | )"
        R"(while IFS= read -r external; do if [ -d "$external" ]; then svn revert -q -R "$external@" || exit; fi; done; )"
        R"(else svn checkout -q --non-interactive -r "$TESTFARM_REVISION" -- "$TESTFARM_URL@" .; fi)",
        revision));
    TRY_SET(const std::string at, revision_here());
    if (at != revision)
      return fail(ErrorKind::unavailable, concat(definition_.name, ": revision ", at, " is checked out in ",
                                                 definition_.directory.string(), " and not ", revision));
    TRY_SET(const std::string status,
            commands_.ask("the state of the working copy",
                          R"(cd "$TESTFARM_DIRECTORY" && svn status -q --non-interactive)", {}));
    const std::string wrong = differing(status);
    if (wrong.empty()) return {};
    return fail(ErrorKind::unavailable,
                concat(definition_.name, ": the working copy is not revision ", revision, ": ", wrong));
  }

  // "r12 | ann | 2026-11-21 10:20:30 +0100 (…) | 2 lines", a blank line, so many lines of message, a rule of
  // dashes.
  static std::vector<Change> changes_in(const std::string& log) {
    std::vector<Change> changes;
    const auto lines = split_lines(log);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const auto fields = split(lines[i], '|');
      if (!lines[i].starts_with('r') || fields.size() != 4) continue;
      const auto count = to_unsigned(trim(trim(fields[3]).substr(0, trim(fields[3]).find(' '))));
      if (!count) continue;
      Change change{.revision = std::string(trim(fields[0]).substr(1)),
                    .author = clean_line(trim(fields[1]), limits::name),
                    .time = time_in(trim(fields[2]))};
      std::string message;
      for (std::size_t line = i + 2; line < std::min<std::size_t>(i + 2 + *count, lines.size()); ++line)
        message.append(lines[line]) += '\n';
      change.message = clean_text(message, limits::message);
      changes.push_back(std::move(change));
      i += 1 + *count;
    }
    return changes;
  }

  // The first line of `svn status` that says of a file that it is not the revision's: in conflict, missing,
  // obstructed, changed (svn help status). Externals are listed with X, and below a heading.
  static std::string differing(const std::string& status) {
    for (const std::string_view line : split_lines(status)) {
      if (line.size() < 8 || line.starts_with("Performing status on external") ||
          line.starts_with("Summary of conflicts") || line.starts_with("--- Changelist "))
        continue;
      if (line[0] == 'X' || line.starts_with("      >")) continue;
      if (line.substr(0, 7).find_first_not_of(" SX") == std::string_view::npos) continue;
      return clean_line(trim(line), limits::name);
    }
    return {};
  }

  // "2026-11-21 10:20:30 +0100 (Sat, 21 Nov 2026)" → seconds since 1970.
  static std::int64_t time_in(std::string_view text) {
    if (text.size() < 25) return 0;
    const auto number = [&](std::size_t at, std::size_t count) {
      return static_cast<int>(to_unsigned(text.substr(at, count)).value_or(0));
    };
    const Millis day = from_civil(number(0, 4), number(5, 2), number(8, 2));
    const Millis zone = (number(21, 2) * 60 + number(23, 2)) * minute_ms * (text[20] == '-' ? -1 : 1);
    const Millis at =
        day + number(11, 2) * hour_ms + number(14, 2) * minute_ms + number(17, 2) * second_ms - zone;
    return std::max<std::int64_t>(at / second_ms, 0);
  }

  const RepositoryDefinition& definition_;
  RepositoryCommands commands_;
};

}  // namespace

std::unique_ptr<Clone> subversion_source(const RepositoryDefinition& definition, const Definition& owner,
                                         CommandRunner& runner) {
  return std::make_unique<SubversionSource>(definition, owner, runner);
}

}  // namespace testfarm

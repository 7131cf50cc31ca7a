#include "client/sources/commands.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

constexpr Millis patience = 30 * minute_ms;
constexpr std::size_t most_answer = 4 << 20;

class CommandSource : public Source {
 public:
  CommandSource(const RepositoryDefinition& definition, const Definition& owner, CommandRunner& runner)
      : definition_(definition), owner_(owner), runner_(runner) {}

  Result<std::vector<Tip>> tips() override {
    TRY_SET(const std::string answer, ask("the newest revision", definition_.remote, {}));
    const std::string revision = last_line(answer);
    if (revision.empty())
      return fail(ErrorKind::unavailable,
                  concat(definition_.name, ": its remote command named no revision: ", definition_.remote));
    return std::vector<Tip>{{definition_.branches.front(), revision, false}};
  }

  Result<Repository> describe(const std::string& previous, const std::string& revision) override {
    return Repository{.name = clean_line(definition_.name, limits::name),
                      .url = clean_line(without_password(definition_.url), limits::url),
                      .revision = revision,
                      .previous = previous,
                      .changes_omitted = 0};
  }

  Status check_out(const std::string& revision) override {
    TRY(make_directories(definition_.directory));
    TRY(ask(concat("revision ", revision), definition_.update, revision));
    if (definition_.current.empty()) return {};
    TRY_SET(const std::string answer, ask("the revision that is checked out", definition_.current, {}));
    if (last_line(answer) == revision) return {};
    return fail(ErrorKind::unavailable,
                concat(definition_.name, ": after its update command ", in_quotes(last_line(answer)),
                       " is checked out and not ", in_quotes(revision)));
  }

 protected:
  const RepositoryDefinition& definition() const { return definition_; }

  // What a command printed; unavailable with its last line where it fails.
  Result<std::string> ask(const std::string& what, const std::string& line, const std::string& revision) {
    TRY(make_directories(owner_.sandbox));
    ShellState state = initial_shell_state(owner_.sandbox, owner_.pass, owner_.environment);
    state.environment["TESTFARM_REVISION"] = revision;
    state.environment["TESTFARM_DIRECTORY"] = definition_.directory.string();
    state.environment["TESTFARM_URL"] = definition_.url;
    std::string answer;
    const auto keep = [&](std::string_view bytes) -> Status {
      if (answer.size() < most_answer) answer += bytes;
      return {};
    };
    Statement statement;
    statement.line = line;
    statement.timeout = patience;
    TRY_SET(const CommandResult result, runner_.run(statement, state, keep));
    if (result.ending == CommandEnding::exited && result.status == 0) return answer;
    return fail(ErrorKind::unavailable, concat(definition_.name, ": could not get ", what, " by `", line,
                                               "`: ", clean_line(last_line(answer), limits::name)));
  }

  static std::string last_line(const std::string& text) {
    const std::string_view clean = trim(text);
    return clean_line(clean.substr(clean.rfind('\n') + 1), limits::name);
  }

 private:
  const RepositoryDefinition& definition_;
  const Definition& owner_;
  CommandRunner& runner_;
};

class SubversionSource final : public CommandSource {
 public:
  using CommandSource::CommandSource;

  Result<std::vector<Tip>> tips() override {
    TRY_SET(const std::string answer,
            ask("the newest revision",
                R"(svn info --non-interactive --show-item last-changed-revision -- "$TESTFARM_URL")", {}));
    if (!to_unsigned(last_line(answer)))
      return fail(ErrorKind::unavailable,
                  concat(definition().name, ": svn named no revision: ", last_line(answer)));
    return std::vector<Tip>{{definition().branches.front(), last_line(answer), false}};
  }

  Result<Repository> describe(const std::string& previous, const std::string& revision) override {
    TRY_SET(Repository told, CommandSource::describe(previous, revision));
    if (previous == revision) return told;
    // From newest to oldest; the revision before is not news.
    const std::string since =
        previous.empty() ? revision : std::to_string(to_unsigned(previous).value_or(0) + 1);
    TRY_SET(const std::string log, ask("the changes",
                                       concat("svn log --non-interactive --limit ", limits::changes + 1,
                                              " -r \"$TESTFARM_REVISION:", since, "\" -- \"$TESTFARM_URL\""),
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
    TRY(ask(
        concat("revision ", revision),
        R"(if [ -d "$TESTFARM_DIRECTORY/.svn" ]; then svn cleanup -q --non-interactive "$TESTFARM_DIRECTORY" && )"
        R"(svn revert -q -R "$TESTFARM_DIRECTORY" && )"
        R"(svn switch -q --non-interactive --force --accept theirs-full --ignore-ancestry -r "$TESTFARM_REVISION" -- "$TESTFARM_URL" "$TESTFARM_DIRECTORY" && )"
        R"(svn revert -q -R "$TESTFARM_DIRECTORY"; )"
        R"(else svn checkout -q --non-interactive -r "$TESTFARM_REVISION" -- "$TESTFARM_URL" "$TESTFARM_DIRECTORY"; fi)",
        revision));
    TRY_SET(const std::string at,
            ask("the revision that is checked out",
                R"(svn info --non-interactive --show-item revision -- "$TESTFARM_DIRECTORY")", {}));
    if (last_line(at) != revision)
      return fail(ErrorKind::unavailable,
                  concat(definition().name, ": revision ", last_line(at), " is checked out in ",
                         definition().directory.string(), " and not ", revision));
    TRY_SET(const std::string status, ask("the state of the working copy",
                                          R"(svn status -q --non-interactive -- "$TESTFARM_DIRECTORY")", {}));
    const std::string wrong = differing(status);
    if (wrong.empty()) return {};
    return fail(ErrorKind::unavailable,
                concat(definition().name, ": the working copy is not revision ", revision, ": ", wrong,
                       "; remove ", definition().directory.string(), ", and it is made anew"));
  }

 private:
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
          line.starts_with("Summary of conflicts"))
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
};

}  // namespace

std::unique_ptr<Source> command_source(const RepositoryDefinition& definition, const Definition& owner,
                                       CommandRunner& runner) {
  if (definition.vcs == Vcs::svn) return std::make_unique<SubversionSource>(definition, owner, runner);
  return std::make_unique<CommandSource>(definition, owner, runner);
}

}  // namespace testfarm

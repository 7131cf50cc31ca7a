#include "client/run/outcome.hpp"

#include <algorithm>
#include <deque>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "client/run/output_lines.hpp"
#include "client/run/source_lines.hpp"
#include "client/run/terminal_lines.hpp"
#include "client/run/test_reports.hpp"
#include "formats/test_collector.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

using Kind = Modifier::Kind;

constexpr Millis program_timeout = minute_ms;
// Info travels in one event with everything else of the command's end; JSON may spell a byte with six.
constexpr std::size_t most_info = 6 * 1024;
constexpr std::size_t most_told_tests = 3;

// What may stand in info: lines without control characters and colours.
std::string as_info(std::string_view text) {
  std::string info = terminal_text(repaired_utf8(trim(text)));
  std::erase_if(info, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
  });
  return std::string(utf8_prefix(info, most_info));
}

void add_stat(Stats& stats, const std::string& name, double value) {
  if (stats.size() < limits::stats || stats.contains(name)) stats[name] = value;
}

// Lines "name value"; the name may have blanks. Other lines are passed over.
void add_stats(Stats& stats, std::string_view text) {
  for (const std::string_view line : split_lines(text)) {
    const std::string_view clean = trim(line);
    const auto blank = clean.find_last_of(" \t");
    if (blank == std::string_view::npos) continue;
    const auto value = to_double(clean.substr(blank + 1));
    const std::string name = as_info(clean.substr(0, blank));
    if (value && !name.empty() && name.size() <= limits::name &&
        name.find_first_of("\t\n") == std::string::npos)
      add_stat(stats, name, *value);
  }
}

class Judge {
 public:
  Judge(const CommandDefinition& command, const std::string& task, const CommandResult& result,
        const Path& output, const ShellState& state, CommandRunner& runner, Millis since)
      : command_(command),
        task_(task),
        result_(result),
        output_(output),
        state_(state),
        runner_(runner),
        since_(since) {}

  Result<Judged> all() {
    for (const Modifier& modifier : command_.info) TRY(take_info(modifier));
    for (const Modifier& modifier : command_.stats) TRY(take_stats(modifier));
    judged_.info = as_info(judged_.info);
    judged_.success = result_.ending == CommandEnding::exited && result_.status == 0;
    if (command_.success && result_.ending == CommandEnding::exited) {
      TRY(take_success(*command_.success));
      if (!judged_.success) judged_.reason = concat("refused by its success: ", command_.success->written);
    }
    TRY(take_tests());
    return std::move(judged_);
  }

 private:
  struct Answer {
    bool success;
    std::string text;
  };
  Result<Answer> ask(const std::string& program) {
    ShellState copy = state_;
    std::string text;
    const auto keep = [&](std::string_view bytes) -> Status {
      if (text.size() < most_info * 2) text += bytes;
      return {};
    };
    Statement statement;
    statement.line = program;
    statement.timeout = program_timeout;
    statement.input = output_;
    TRY_SET(const CommandResult result, runner_.run(statement, copy, keep));
    return Answer{result.ending == CommandEnding::exited && result.status == 0, repaired_utf8(text)};
  }

  Status take_info(const Modifier& modifier) {
    std::string text;
    if (modifier.kind == Kind::program) {
      TRY_SET(const Answer answer, ask(modifier.text));
      text = trim(answer.text);
    } else {
      std::deque<std::string> lines;
      TRY(for_each_line(output_, [&](std::string_view line) {
        if (modifier.kind == Kind::first && lines.size() >= modifier.lines) return;
        if (modifier.kind == Kind::match &&
            (lines.size() >= most_info / 16 || !modifier.regex->finds_in(line)))
          return;
        lines.emplace_back(line.substr(0, most_info));
        if (modifier.kind == Kind::last && lines.size() > modifier.lines) lines.pop_front();
      }));
      for (const std::string& line : lines) text += line + '\n';
    }
    if (!judged_.info.empty() && !text.empty()) judged_.info += '\n';
    judged_.info += trim(text);
    return {};
  }

  void add(std::string_view what, double value) {
    add_stat(judged_.stats, concat(utf8_prefix(task_, limits::name / 2), ": ", what), value);
  }

  Status take_stats(const Modifier& modifier) {
    switch (modifier.kind) {
      case Kind::time: add("time, s", static_cast<double>(result_.duration) / second_ms); return {};
      case Kind::memory: add("memory, MiB", static_cast<double>(result_.peak_memory >> 10) / 1024); return {};
      case Kind::sloc: return take_source_lines(modifier.text);
      case Kind::warnings: return take_warnings();
      case Kind::number: return take_number(modifier);
      default: break;
    }
    TRY_SET(const Answer answer, ask(modifier.text));
    add_stats(judged_.stats, answer.text);
    return {};
  }

  // As gcc, clang and MSVC write them: "file.c:3:5: warning: …", "file.c(3): error C2065: …".
  Status take_warnings() {
    static const Regex warning = *Regex::compile(R"([:)] +(fatal )?(warning)( [A-Z]+[0-9]+)?:)");
    static const Regex error = *Regex::compile(R"([:)] +(fatal )?(error)( [A-Z]+[0-9]+)?:)");
    double warnings = 0;
    double errors = 0;
    TRY(for_each_line(output_, [&](std::string_view line) {
      if (warning.finds_in(line))
        ++warnings;
      else if (error.finds_in(line))
        ++errors;
    }));
    add("warnings", warnings);
    add("errors", errors);
    return {};
  }

  // The last line that matches: summaries stand at the end.
  Status take_number(const Modifier& modifier) {
    std::optional<double> found;
    TRY(for_each_line(output_, [&](std::string_view line) {
      const auto text = modifier.regex->capture(line);
      if (const auto number = text ? to_double(trim(*text)) : std::nullopt) found = number;
    }));
    if (found) add_stat(judged_.stats, modifier.name, *found);
    return {};
  }

  Status take_source_lines(const std::string& where) {
    TRY_SET(const auto counts, source_lines(state_.directory / where));
    for (const auto& [suffix, lines] : counts)
      add_stat(judged_.stats, "lines of " + suffix, static_cast<double>(lines));
    return {};
  }

  Status take_success(const Modifier& modifier) {
    if (modifier.kind == Kind::program) {
      TRY_SET(const Answer answer, ask(modifier.text));
      judged_.success = answer.success;
      return {};
    }
    bool found = false;
    TRY(for_each_line(output_,
                      [&](std::string_view line) { found = found || modifier.regex->finds_in(line); }));
    judged_.success = found == (modifier.kind == Kind::match);
    return {};
  }

  Status take_tests() {
    TRY_SET(TestReports reports, read_test_reports(command_, output_, state_.directory, since_));
    for (const std::string& remark : reports.remarks) add_info(remark);
    for (const std::string& sentence : reports.broken) add_info(sentence);
    judged_.tests = std::move(reports.tests);
    const std::uint64_t all = judged_.tests.size() + reports.unnamed;
    const auto bad = static_cast<std::uint64_t>(
        std::count_if(judged_.tests.begin(), judged_.tests.end(),
                      [](const TestResult& test) { return is_bad(test.outcome); }));
    // What the owner has counted as tests decides, whatever the exit status; unless there is a judge.
    if (!command_.success && result_.ending == CommandEnding::exited &&
        (bad > 0 || !reports.broken.empty())) {
      judged_.success = false;
      judged_.reason = bad > 0 ? reason_of(bad, all) : reports.broken.front();
    }
    if (all == 0) return {};
    add("tests", static_cast<double>(all));
    add("failed tests", static_cast<double>(bad));
    return {};
  }

  // "2 of 30 tests failed: a.b, c.d"
  std::string reason_of(std::uint64_t bad, std::uint64_t all) const {
    std::string names;
    std::size_t told = 0;
    for (const TestResult& test : judged_.tests) {
      if (!is_bad(test.outcome)) continue;
      if (told == most_told_tests) break;
      names += concat(told++ == 0 ? "" : ", ", test.name);
    }
    if (bad > told) names += ", …";
    return concat(bad, " of ", counted(all, "test"), " failed: ", names);
  }

  void add_info(const std::string& line) {
    if (!judged_.info.empty()) judged_.info += '\n';
    judged_.info = as_info(judged_.info + line);
  }

  const CommandDefinition& command_;
  const std::string& task_;
  const CommandResult& result_;
  const Path& output_;
  const ShellState& state_;
  CommandRunner& runner_;
  Millis since_;
  Judged judged_;
};

bool reads_output(const Modifier& modifier) {
  return modifier.kind != Kind::time && modifier.kind != Kind::memory && modifier.kind != Kind::sloc;
}

}  // namespace

bool needs_output(const CommandDefinition& command) {
  return !command.info.empty() || command.success || command.tests != TestFormat::none ||
         std::any_of(command.stats.begin(), command.stats.end(), reads_output);
}

Result<Judged> judge_command(const CommandDefinition& command, const std::string& task,
                             const CommandResult& result, const Path& output, const ShellState& state,
                             CommandRunner& runner, Millis since) {
  return Judge(command, task, result, output, state, runner, since).all();
}

}  // namespace testfarm

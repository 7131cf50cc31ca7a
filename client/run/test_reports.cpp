#include "client/run/test_reports.hpp"

#include "base/glob.hpp"
#include "base/text.hpp"
#include "client/run/output_lines.hpp"
#include "formats/automatic.hpp"
#include "formats/report_file.hpp"
#include "formats/text_results.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_files = 10'000;
constexpr Millis file_time_slack = 2 * second_ms;  // file systems count coarsely
constexpr std::size_t most_named_files = 3;

std::string age_text(Millis age) {
  if (age < 2 * minute_ms) return counted(static_cast<std::uint64_t>(age / second_ms), "second");
  if (age < 2 * hour_ms) return counted(static_cast<std::uint64_t>(age / minute_ms), "minute");
  if (age < 2 * day_ms) return counted(static_cast<std::uint64_t>(age / hour_ms), "hour");
  return counted(static_cast<std::uint64_t>(age / day_ms), "day");
}

// "a.xml, b.xml and 4 more"
std::string some_of(const std::vector<std::string>& files) {
  std::string text;
  for (std::size_t i = 0; i < files.size() && i < most_named_files; ++i)
    text += concat(i == 0 ? "" : ", ", files[i]);
  if (files.size() > most_named_files) text += concat(" and ", files.size() - most_named_files, " more");
  return text;
}

class Reading {
 public:
  Reading(const CommandDefinition& command, const Path& directory, Millis since)
      : command_(command), directory_(directory), since_(since) {}

  Status output(const Path& file) {
    if (command_.tests == TestFormat::none) return {};
    const std::string& format = test_format_names()[static_cast<std::size_t>(command_.tests)];
    if (command_.tests == TestFormat::automatic) {
      AutomaticParser parser;
      TRY(for_each_line(file, [&](std::string_view line) { parser.line(line, found_); }));
      parser.finish(found_);
      if (parser.recognised())
        reports_.remarks.push_back(concat("test results found: ", some_of(parser.taken())));
    } else {
      const auto parser = test_parser(command_.tests);
      TRY(for_each_line(file, [&](std::string_view line) { parser->line(line, found_); }));
      parser->finish(found_);
    }
    if (found_.empty() && found_.broken_promises().empty() && !command_.allow_empty)
      found_.broken(
          command_.tests == TestFormat::automatic
              ? std::string(
                    "no test result of any known format in the output (allow_empty = true allows that)")
              : concat("no test result of the format ", format,
                       " in the output (allow_empty = true allows that)"));
    return {};
  }

  Status files() {
    XmlReport report;
    for (const std::string& pattern : command_.junit) TRY(files_of(pattern, report));
    if (!report.empty_files().empty() && !command_.allow_empty)
      report.broken(concat(some_of(relative(report.empty_files())),
                           report.empty_files().size() == 1 ? " holds" : " hold",
                           " no test (allow_empty = true allows that)"));
    // The same run, told twice: what it printed and what it wrote.
    found_.merge_all(report.take());
    return {};
  }

  TestReports done() {
    reports_.unnamed = found_.unnamed();
    reports_.broken = found_.broken_promises();
    for (std::string& sentence : reports_.broken) take_directory_off(sentence);
    reports_.tests = found_.take();
    for (TestResult& test : reports_.tests)
      if (const std::string prefix = directory_.string() + '/'; test.name.starts_with(prefix))
        test.name.erase(0, prefix.size());
    return std::move(reports_);
  }

 private:
  Status files_of(const std::string& pattern, XmlReport& report) {
    TRY_SET(const auto files, files_matching(directory_, pattern, most_files));
    std::vector<std::string> old;
    std::size_t fresh = 0;
    Millis newest = 0;
    for (const Path& file : files) {
      const auto facts = facts_at(file);
      // What an earlier execution left says nothing about this one.
      if (facts && *facts && (*facts)->modified + file_time_slack + command_.max_age < since_) {
        old.push_back(file.string());
        newest = std::max(newest, (*facts)->modified);
        continue;
      }
      ++fresh;
      // One file that cannot be read must not hide the others.
      if (const auto read = read_report_file(file, report); !read) report.broken(read.error().context);
    }
    if (fresh > 0) {
      if (!old.empty())
        reports_.remarks.push_back(
            concat("left out, for an earlier run wrote them: ", some_of(relative(old))));
    } else if (!old.empty()) {
      report.broken(concat(some_of(relative(old)), old.size() == 1 ? " was" : " were", " written ",
                           age_text(since_ - newest),
                           " before this execution began, by an earlier run (max_age = \"1h\" takes files up "
                           "to an hour older)"));
    } else if (!command_.allow_empty) {
      report.broken(concat("there is no file ", pattern, " (allow_empty = true allows that)"));
    }
    return {};
  }

  std::vector<std::string> relative(std::vector<std::string> files) const {
    for (std::string& file : files) take_directory_off(file);
    return files;
  }
  void take_directory_off(std::string& text) const {
    const std::string prefix = directory_.string() + '/';
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at))
      text.erase(at, prefix.size());
  }

  const CommandDefinition& command_;
  const Path& directory_;
  Millis since_;
  TestCollector found_;
  TestReports reports_;
};

}  // namespace

Result<TestReports> read_test_reports(const CommandDefinition& command, const Path& output,
                                      const Path& directory, Millis since) {
  Reading reading(command, directory, since);
  TRY(reading.output(output));
  TRY(reading.files());
  return reading.done();
}

}  // namespace testfarm

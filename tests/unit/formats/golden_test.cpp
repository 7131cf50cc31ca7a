// What is read of reports that the real tools wrote (tests/golden/regenerate).
#include <algorithm>
#include <cstdlib>

#include "base/text.hpp"
#include "client/run/terminal_lines.hpp"
#include "formats/automatic.hpp"
#include "formats/report_file.hpp"
#include "formats/text_results.hpp"
#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(formats_golden)

namespace {

// By the writer's name, with which the file's begins.
TestFormat format_of(const Path& file) {
  if (file.extension() == ".tap") return TestFormat::tap;
  const auto& names = test_format_names();
  const std::string name = file.filename().string();
  const auto found = std::find_if(names.begin() + 2, names.end(),
                                  [&](const std::string& format) { return name.starts_with(format); });
  BOOST_REQUIRE_MESSAGE(found != names.end(), name);
  return static_cast<TestFormat>(found - names.begin());
}

void parse(TestParser& parser, const std::string& text, TestCollector& to) {
  TerminalLines lines([&](std::string_view line) { parser.line(line, to); });
  lines.feed(text);
  lines.finish();
  parser.finish(to);
}

std::string told(const TestCollector& found) {
  std::string text;
  for (const TestResult& result : found.results())
    text += concat(result.flaky ? "flaky" : names_of<TestOutcome>()[static_cast<std::size_t>(result.outcome)],
                   "\t", result.name, "\n");
  if (found.unnamed() > 0) text += concat("and ", found.unnamed(), " without names\n");
  for (const std::string& sentence : found.broken_promises()) text += concat("broken\t", sentence, "\n");
  if (found.empty() && found.broken_promises().empty()) text += "nothing ran\n";
  return text;
}

std::string read_as(const Path& file) {
  if (file.extension() == ".xml") {
    XmlReport report;
    must(read_report_file(file, report));
    std::string text;
    for (const std::string& empty : report.empty_files())
      text += concat("empty\t", Path(empty).filename().string(), "\n");
    return told(report.take()) + text;
  }
  const std::string text = must(read_file(file));
  TestCollector found;
  const auto parser = test_parser(format_of(file));
  parse(*parser, text, found);
  // Found by itself it is the same.
  AutomaticParser automatic;
  TestCollector by_itself;
  parse(automatic, text, by_itself);
  std::string taken;
  for (const std::string& name : automatic.taken()) taken += ' ' + name;
  const bool same = told(by_itself) == told(found);
  return concat(told(found), "auto takes", taken.empty() ? " nothing" : taken,
                same ? "\n" : concat(", and reads\n", told(by_itself)));
}

// Answers how many there were. With TESTFARM_RENEW the expected ones are written anew, for a person to check.
std::size_t check_all(const Path& directory) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const Path& file = entry.path();
    if (file.extension() == ".expected" || file.extension() == ".md") continue;
    ++count;
    Path expected = file;
    expected += ".expected";
    std::string now = read_as(file);
    const std::string place = directory.string() + '/';
    for (auto at = now.find(place); at != std::string::npos; at = now.find(place))
      now.erase(at, place.size());
    if (std::getenv("TESTFARM_RENEW") != nullptr) must(replace_file(expected, now, Sync::no));
    BOOST_TEST_CONTEXT(file.filename().string())
    BOOST_TEST(now == must(read_file(expected)));
  }
  return count;
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_report_is_read_as_its_tool_means_it) {
  BOOST_TEST(check_all(Path(TESTFARM_SOURCE_DIR) / "tests/golden/reports") > 80U);
}

// Written by hand after public reports of faults of other readers; its README names them.
BOOST_AUTO_TEST_CASE(each_situation_of_others_is_read_as_its_user_means_it) {
  BOOST_TEST(check_all(Path(TESTFARM_SOURCE_DIR) / "tests/golden/situations") > 20U);
}

BOOST_AUTO_TEST_SUITE_END()

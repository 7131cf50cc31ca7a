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

Path reports() { return Path(TESTFARM_SOURCE_DIR) / "tests/golden/reports"; }

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

}  // namespace

BOOST_AUTO_TEST_CASE(each_report_is_read_as_its_tool_means_it) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(reports())) {
    const Path& file = entry.path();
    if (file.extension() == ".expected") continue;
    ++count;
    Path expected = file;
    expected += ".expected";
    std::string now = read_as(file);
    for (auto at = now.find(reports().string() + '/'); at != std::string::npos;
         at = now.find(reports().string() + '/'))
      now.erase(at, reports().string().size() + 1);
    if (std::getenv("TESTFARM_RENEW") != nullptr) must(replace_file(expected, now, Sync::no));
    BOOST_TEST_CONTEXT(file.filename().string())
    BOOST_TEST(now == must(read_file(expected)));
  }
  BOOST_TEST(count > 80U);
}

BOOST_AUTO_TEST_SUITE_END()

#include "formats/trx.hpp"

#include "formats/report_file.hpp"
#include "support/parsed.hpp"
#include "support/support.hpp"

using namespace testfarm;
using enum TestOutcome;

namespace formats_trx {

TestCollector report(const std::string& text) {
  XmlReport report;
  read_report(text, "t.trx", report);
  return report.take();
}

const std::string head =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><TestRun "
    "xmlns=\"http://microsoft.com/schemas/VisualStudio/TeamTest/2010\">";
const std::string definitions =
    "<TestDefinitions><UnitTest id=\"1\"><TestMethod className=\"My.Tests, My, Version=1.0\" "
    "name=\"Adds\"/></UnitTest>"
    "</TestDefinitions>";

}  // namespace formats_trx

BOOST_AUTO_TEST_SUITE(formats_trx)

BOOST_AUTO_TEST_CASE(results_rows_and_messages) {
  const auto found = report(
      head +
      "<Results><UnitTestResult testId=\"1\" testName=\"Adds\" outcome=\"Passed\" duration=\"00:00:01.5\"/>"
      "<UnitTestResult testId=\"2\" testName=\"My.Other.Fails\" "
      "outcome=\"Failed\"><Output><StdOut>said</StdOut><ErrorInfo>"
      "<Message>1 != 2</Message><StackTrace>at x</StackTrace></ErrorInfo></Output></UnitTestResult>"
      "<UnitTestResult testName=\"Rows\" outcome=\"Failed\"><InnerResults><UnitTestResult testName=\"Rows "
      "(1)\" "
      "outcome=\"Passed\"/><UnitTestResult testName=\"Rows (2)\" "
      "outcome=\"Timeout\"/></InnerResults></UnitTestResult>"
      "<UnitTestResult testName=\"Off\" outcome=\"NotExecuted\"/></Results>" +
      definitions + "<ResultSummary outcome=\"Failed\"/></TestRun>");
  BOOST_TEST((outcomes(found.results()) == Outcomes{{"My.Tests.Adds", passed},
                                                    {"My.Other.Fails", failed},
                                                    {"Rows (1)", passed},
                                                    {"Rows (2)", error},
                                                    {"Off", skipped}}));
  BOOST_TEST(found.results()[0].seconds == 1.5);
  BOOST_TEST(found.results()[1].message == "1 != 2\nat x\nsaid");
  BOOST_TEST(found.broken_promises().empty());
}

BOOST_AUTO_TEST_CASE(a_host_that_crashed_is_told) {
  const auto found = report(
      head +
      "<Results><UnitTestResult testName=\"A\" outcome=\"Passed\"/></Results><ResultSummary "
      "outcome=\"Failed\"><RunInfos><RunInfo outcome=\"Error\"><Text>The active test run was "
      "aborted. Reason: Test host process crashed</Text></RunInfo></RunInfos></ResultSummary></TestRun>");
  BOOST_REQUIRE(found.broken_promises().size() == 1U);
  BOOST_TEST(found.broken_promises()[0].find("host process crashed") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

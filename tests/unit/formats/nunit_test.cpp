#include "formats/nunit.hpp"

#include "formats/report_file.hpp"
#include "support/parsed.hpp"
#include "support/support.hpp"

using namespace testfarm;
using enum TestOutcome;

namespace formats_nunit {

TestCollector report(const std::string& text) {
  XmlReport report;
  read_report(text, "TestResult.xml", report);
  return report.take();
}

}  // namespace formats_nunit

BOOST_AUTO_TEST_SUITE(formats_nunit)

BOOST_AUTO_TEST_CASE(results_of_nunit_3) {
  const auto found = report(
      "<test-run result=\"Failed\"><test-suite type=\"Assembly\" name=\"a.dll\" "
      "result=\"Failed\"><test-suite "
      "type=\"TestFixture\" name=\"T\" fullname=\"N.T\" result=\"Failed\"><test-case name=\"A\" "
      "fullname=\"N.T.A(1,\"x\")\" "
      "result=\"Passed\" duration=\"0.5\"/></test-suite></test-suite></test-run>");
  // That is not XML: the quotes are not escaped. What was read before counts, and it is told.
  BOOST_TEST(!found.broken_promises().empty());
  const auto good = report(
      "<test-run result=\"Failed\"><test-suite type=\"TestFixture\" fullname=\"N.T\" result=\"Failed\">"
      "<test-case fullname=\"N.T.A\" result=\"Passed\" duration=\"0.5\"/>"
      "<test-case fullname=\"N.T.B\" "
      "result=\"Failed\"><failure><message>m</message><stack-trace>s</stack-trace></failure></test-case>"
      "<test-case fullname=\"N.T.C\" result=\"Failed\" label=\"Error\"/>"
      "<test-case fullname=\"N.T.D\" result=\"Skipped\" "
      "label=\"Ignored\"><reason><message>later</message></reason></test-case>"
      "<test-case fullname=\"N.T.E\" result=\"Inconclusive\"/></test-suite></test-run>");
  BOOST_TEST(
      (outcomes(good.results()) ==
       Outcomes{
           {"N.T.A", passed}, {"N.T.B", failed}, {"N.T.C", error}, {"N.T.D", skipped}, {"N.T.E", skipped}}));
  BOOST_TEST(good.results()[1].message == "m\ns");
}

BOOST_AUTO_TEST_CASE(what_does_not_load_or_cannot_be_set_up_is_an_error) {
  const auto found = report(
      "<test-run result=\"Failed\"><test-suite type=\"Assembly\" fullname=\"a.dll\" runstate=\"NotRunnable\" "
      "result=\"Failed\" "
      "label=\"Invalid\"><reason><message>no such file</message></reason></test-suite></test-run>");
  BOOST_TEST((outcomes(found.results()) == Outcomes{{"a.dll", error}}));
  BOOST_TEST(report("<test-run result=\"Failed\"/>").broken_promises().size() == 1U);
}

BOOST_AUTO_TEST_CASE(results_of_nunit_2) {
  BOOST_TEST(
      (outcomes(report("<test-results name=\"a\"><test-suite><results>"
                       "<test-case name=\"A\" executed=\"True\" result=\"Success\" success=\"True\"/>"
                       "<test-case name=\"B\" executed=\"True\" result=\"Failure\" success=\"False\"/>"
                       "<test-case name=\"C\" executed=\"True\" result=\"Error\" success=\"False\"/>"
                       "<test-case name=\"D\" executed=\"False\" "
                       "result=\"Ignored\"/></results></test-suite></test-results>")
                    .results()) == Outcomes{{"A", passed}, {"B", failed}, {"C", error}, {"D", skipped}}));
}

BOOST_AUTO_TEST_SUITE_END()

#include "formats/junit.hpp"

#include "formats/report_file.hpp"
#include "support/parsed.hpp"
#include "support/support.hpp"

using namespace testfarm;
using enum TestOutcome;

namespace formats_junit {

struct Fixture {
  TemporaryDirectory directory;
  std::vector<TestResult> junit(const std::string& text) const { return report(text).take(); }
  TestCollector report(const std::string& text) const {
    must(replace_file(directory / "t.xml", text, Sync::no));
    XmlReport report;
    must(read_report_file(directory / "t.xml", report));
    return report.take();
  }
};

}  // namespace formats_junit

BOOST_FIXTURE_TEST_SUITE(formats_junit, formats_junit::Fixture)

BOOST_AUTO_TEST_CASE(junit_of_many_writers) {
  const auto results = junit(
      "<?xml version='1.0'?><testsuites><testsuite name='s' tests='99'>"
      "<testcase classname='C' name='good' time='1,234.5'/>"
      "<testcase classname='C' name='bad'><failure message='one'/><failure message='two'>two\nat "
      "3</failure></testcase>"
      "<testcase classname='C' name='twice'/><testcase classname='C' name='twice'><error "
      "message='another'/></testcase>"
      "<testcase name='x' classname='x'><skipped/></testcase>"
      "<testcase name='gone' status='notrun'><skipped message='Unable to find executable'/></testcase>"
      "<testcase name='code' status='notrun'><skipped message='SKIP_RETURN_CODE=77'/></testcase>"
      "<testcase name='off' status='disabled'/><testcase name='sup' result='suppressed'/>"
      "<unknown><testcase name='deep'/></unknown></testsuite></testsuites>");
  BOOST_TEST((outcomes(results) == Outcomes{{"C/good", passed},
                                            {"C/bad", failed},
                                            {"C/twice", passed},
                                            {"C/twice (2)", error},
                                            {"x", skipped},
                                            {"gone", error},
                                            {"code", skipped},
                                            {"off", skipped},
                                            {"sup", skipped},
                                            {"deep", passed}}));
  BOOST_TEST(results[0].seconds == 1234.5);
  BOOST_TEST(results[1].message == "one\ntwo\nat 3");
}

BOOST_AUTO_TEST_CASE(what_is_no_report_is_told) {
  BOOST_TEST(report("<html/>").broken_promises().at(0).find("its root is 'html'") != std::string::npos);
  BOOST_TEST(report("").broken_promises().at(0).find("is empty") != std::string::npos);
  // No DTD: nothing is expanded, nothing is fetched.
  BOOST_TEST(junit("<!DOCTYPE t [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><testsuite><testcase "
                   "name='a&e;'/></testsuite>")
                 .at(0)
                 .name == "a&e;");
}

BOOST_AUTO_TEST_CASE(of_a_file_that_is_cut_off_the_beginning_counts) {
  const auto cut = report(
      "<testsuite name='l'>\n<testcase classname='c' name='a'/>\n<testcase classname='c' "
      "name='b'><failure/></testcase>\n"
      "<testcase classname='c' na");
  BOOST_TEST((outcomes(cut.results()) == Outcomes{{"c/a", passed}, {"c/b", failed}}));
  BOOST_TEST(cut.broken_promises().at(0).find("cannot be read on from line 4") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(seconds_of_any_locale) {
  for (const auto& [text, seconds] : std::vector<std::pair<std::string, double>>{{"0.5", 0.5},
                                                                                 {"0,005", 0.005},
                                                                                 {"1,234.5", 1234.5},
                                                                                 {"1.234,5", 1234.5},
                                                                                 {"1,234,567.8", 1234567.8},
                                                                                 {"PT0.5S", 0.5},
                                                                                 {"PT1M2S", 62},
                                                                                 {"00:01:02.5", 62.5},
                                                                                 {"-0.000", 0},
                                                                                 {"soon", 0}}) {
    BOOST_TEST_CONTEXT(text)
    BOOST_TEST(junit("<testsuite><testcase name='a' time='" + text + "'/></testsuite>").at(0).seconds ==
               seconds);
  }
}

BOOST_AUTO_TEST_CASE(the_declared_encoding_is_heeded) {
  const std::string latin =
      "<?xml version='1.0' encoding='ISO-8859-1'?><testsuite><testcase name='gr\xF6\xDF"
      "er'/><testcase name='gro\xDF"
      "e'/></testsuite>";
  BOOST_TEST((outcomes(junit(latin)) == Outcomes{{"größer", passed}, {"große", passed}}));
  std::string wide = "\xFF\xFE";
  for (const char c : std::string("<testsuite><testcase name='a'/></testsuite>"))
    wide += std::string({c, '\0'});
  BOOST_TEST(junit(wide).at(0).name == "a");
  BOOST_TEST(report("<?xml version='1.0' encoding='klingon'?><testsuite/>")
                 .broken_promises()
                 .at(0)
                 .find("'klingon'") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(names_that_are_missing_long_or_alike) {
  BOOST_TEST(
      (outcomes(junit("<testsuites><testsuite name='load' errors='1'><testcase name='' classname=''><error "
                      "message='does not load'/></testcase></testsuite></testsuites>")) ==
       Outcomes{{"load", error}}));
  const std::string stem(250, 'n');
  const auto two =
      junit("<testsuite><testcase name='" + stem + "1'/><testcase name='" + stem + "2'/></testsuite>");
  BOOST_REQUIRE(two.size() == 2U);
  BOOST_TEST(two[0].name.size() <= 200U);
  BOOST_TEST(two[0].name != two[1].name);
  // Two suites have a test of one name.
  BOOST_TEST(
      (outcomes(junit("<testsuites><testsuite name='chrome'><testcase name='a'/></testsuite><testsuite "
                      "name='firefox'><testcase name='a'><failure/></testcase></testsuite></testsuites>")) ==
       Outcomes{{"chrome/a", passed}, {"firefox/a", failed}}));
}

BOOST_AUTO_TEST_CASE(what_counts_failures_and_names_none_is_broken) {
  BOOST_TEST(report("<testsuite name='s' tests='3' failures='1'><testcase name='a'/></testsuite>")
                 .broken_promises()
                 .size() == 1U);
  BOOST_TEST(report("<testsuite name='s' tests='3'/>").broken_promises().size() == 1U);
  BOOST_TEST((outcomes(junit("<testsuite name='s'><error message='no set-up'/></testsuite>")) ==
              Outcomes{{"s", error}}));
}

BOOST_AUTO_TEST_CASE(expected_failures_and_flaky_tests) {
  const auto results = junit(
      "<testsuite name='s' failures='1'><testcase name='todo'><skipped type='todo'/><failure/></testcase>"
      "<testcase name='again'><flakyFailure message='timeout'/></testcase>"
      "<testcase name='bad'><failure message='one'/><rerunFailure message='two'/></testcase></testsuite>");
  BOOST_TEST((outcomes(results) == Outcomes{{"todo", skipped}, {"again", passed}, {"bad", failed}}));
  BOOST_TEST(results[1].flaky);
  BOOST_TEST(results[1].message == "timeout");
}

BOOST_AUTO_TEST_CASE(what_a_failed_test_has_printed) {
  const auto results = junit(
      "<testsuite><testcase name='a'><failure message='1 != 2'>1 != 2\nat "
      "3</failure><system-out>said</system-out>"
      "<system-err>whined</system-err></testcase></testsuite>");
  BOOST_TEST(results.at(0).message == "1 != 2\nat 3\nsaid\nwhined");
}

BOOST_AUTO_TEST_SUITE_END()

#include "formats/junit.hpp"

#include "support/parsed.hpp"
#include "support/support.hpp"

using namespace testfarm;
using enum TestOutcome;

namespace formats_junit {

struct Fixture {
  TemporaryDirectory directory;
  std::vector<TestResult> junit(const std::string& text) const {
    must(replace_file(directory / "t.xml", text, Sync::no));
    TestCollector collector;
    must(read_junit(directory / "t.xml", collector));
    return collector.take();
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
      "message='teardown'/></testcase>"
      "<testcase name='x' classname='x'><skipped/></testcase>"
      "<testcase name='gone' status='notrun'><skipped message='Unable to find executable'/></testcase>"
      "<testcase name='code' status='notrun'><skipped message='SKIP_RETURN_CODE=77'/></testcase>"
      "<testcase name='off' status='disabled'/><testcase name='sup' result='suppressed'/>"
      "<unknown><testcase name='deep'/></unknown></testsuite></testsuites>");
  BOOST_TEST((outcomes(results) == Outcomes{{"C/good", passed},
                                            {"C/bad", failed},
                                            {"C/twice", error},
                                            {"x", skipped},
                                            {"gone", error},
                                            {"code", skipped},
                                            {"off", skipped},
                                            {"sup", skipped},
                                            {"deep", passed}}));
  BOOST_TEST(results[0].seconds == 1234.5);
  BOOST_TEST(results[1].message == "one\ntwo\nat 3");
}

BOOST_AUTO_TEST_CASE(what_is_no_junit_is_told) {
  TestCollector collector;
  must(replace_file(directory / "t.xml", "<html/>", Sync::no));
  BOOST_TEST(read_junit(directory / "t.xml", collector).error().context.find("no JUnit") !=
             std::string::npos);
  must(replace_file(directory / "t.xml", "<testsuite>", Sync::no));
  BOOST_TEST(read_junit(directory / "t.xml", collector).error().kind == ErrorKind::bad_input);
  // No DTD: nothing is expanded, nothing is fetched.
  must(replace_file(
      directory / "t.xml",
      "<!DOCTYPE t [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><testsuite><testcase name='a&e;'/></testsuite>",
      Sync::no));
  must(read_junit(directory / "t.xml", collector));
  BOOST_TEST(collector.take()[0].name == "a&e;");
}

BOOST_AUTO_TEST_SUITE_END()

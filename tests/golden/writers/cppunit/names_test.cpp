#include <cppunit/XmlOutputter.h>
#include <cppunit/extensions/HelperMacros.h>
#include <cppunit/ui/text/TestRunner.h>
#include <iostream>
class Names : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(Names);
  CPPUNIT_TEST(passes);
  CPPUNIT_TEST(fails);
  CPPUNIT_TEST(throws);
  CPPUNIT_TEST_SUITE_END();
  void passes() {}
  void fails() { CPPUNIT_ASSERT_EQUAL(1, 2); }
  void throws() { throw std::runtime_error("x"); }
};
int main() {
  CppUnit::TextUi::TestRunner runner;
  runner.addTest(Names::suite());
  runner.setOutputter(new CppUnit::XmlOutputter(&runner.result(), std::cout));
  return runner.run() ? 0 : 1;
}

#define BOOST_TEST_MODULE names
#include <boost/test/included/unit_test.hpp>
BOOST_AUTO_TEST_CASE(top) {}
BOOST_AUTO_TEST_SUITE(outer)
BOOST_AUTO_TEST_CASE(fails) { BOOST_TEST(1 == 2); }
BOOST_AUTO_TEST_SUITE(inner)
BOOST_AUTO_TEST_CASE(throws) { throw std::runtime_error("x"); }
BOOST_AUTO_TEST_CASE(off, *boost::unit_test::disabled()) {}
BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()

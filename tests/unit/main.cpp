#define BOOST_TEST_MODULE testfarm
#include <boost/test/unit_test.hpp>

#include "base/crypto.hpp"

namespace {
struct Ready {
  Ready() { BOOST_REQUIRE(testfarm::crypto_ready().has_value()); }
};
}  // namespace
BOOST_TEST_GLOBAL_FIXTURE(Ready);

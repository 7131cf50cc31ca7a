#include "client/turns.hpp"

#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(client_turns)

BOOST_AUTO_TEST_CASE(so_many_have_one_and_the_next_when_it_is_free) {
  const TemporaryDirectory directory;
  const Schedule two{.at_once = 2};
  auto first = must(take_turn(directory / "turns", two));
  auto second = must(take_turn(directory / "turns", two));
  BOOST_TEST((first.has_value() && second.has_value()));
  BOOST_TEST(!must(take_turn(directory / "turns", two)).has_value());
  first.reset();
  BOOST_TEST(must(take_turn(directory / "turns", two)).has_value());
  BOOST_TEST((!take_turn("/proc/none", two).has_value()));
}

BOOST_AUTO_TEST_SUITE_END()

#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#include <cstdlib>
TEST_CASE("passes") {
  std::puts("not ok 3 - fake");
  CHECK(1 == 1);
}
TEST_CASE("fails - a b # c", "[tag]") {
  std::puts("said");
  SECTION("inner") { CHECK(1 == 2); }
  SECTION("good") { CHECK(1 == 1); }
}
TEST_CASE("expected", "[!shouldfail]") { CHECK(1 == 2); }
TEST_CASE("may", "[!mayfail]") { CHECK(1 == 2); }
TEST_CASE("throws") { throw std::runtime_error("x"); }
TEST_CASE("crashes") {
  if (std::getenv("CRASH")) std::abort();
  CHECK(true);
}

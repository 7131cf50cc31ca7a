#include "analysis/contrast.hpp"

#include "support/basics.hpp"

using namespace testfarm;

namespace analysis_contrast {
Facts machine(const std::string& system, const std::string& compiler,
              const std::string& architecture = "x86_64") {
  return {{"system", system}, {"compiler", compiler}, {"architecture", architecture}};
}
std::string words(const std::vector<Feature>& features) {
  std::string text;
  for (const Feature& feature : features) text += feature.fact + '=' + feature.text + ';';
  return text;
}
}  // namespace analysis_contrast

BOOST_AUTO_TEST_SUITE(analysis_contrast)

BOOST_AUTO_TEST_CASE(a_library_that_two_share) {
  BOOST_TEST(words(contrast({machine("macOS 15.1", "Apple clang 16, libc++", "arm64"),
                             machine("FreeBSD 14.1", "clang 18, libc++", "amd64")},
                            {machine("Debian 12", "gcc 12.2"), machine("Debian 13", "gcc 14.2"),
                             machine("Fedora 41", "clang 19, libstdc++")})) == "compiler=libc++;");
}

BOOST_AUTO_TEST_CASE(a_whole_part_before_words_of_it) {
  BOOST_TEST(words(contrast({machine("Raspberry Pi OS 12", "gcc 12.2", "armv7l"),
                             machine("Raspberry Pi OS 12", "gcc 12.2", "armv7l")},
                            {machine("Debian 12", "gcc 12.2"), machine("Fedora 41", "gcc 14"),
                             machine("Alpine 3.20", "gcc 13")})) ==
             "system=Raspberry Pi OS 12;architecture=armv7l;");
}

BOOST_AUTO_TEST_CASE(a_version_and_not_a_name) {
  BOOST_TEST(words(contrast({machine("Debian 13", "gcc 14.2"), machine("Debian 13", "gcc 14.1")},
                            {machine("Debian 12", "gcc 12.2"), machine("Debian 12", "gcc 12.1"),
                             machine("Debian 12", "gcc 12")})) == "compiler=gcc 14;system=Debian 13;");
}

// Any one machine has something of its own.
BOOST_AUTO_TEST_CASE(one_that_fails_or_two_that_pass_are_not_compared) {
  const Facts odd = machine("Raspberry Pi OS 12", "gcc 12.2", "armv7l");
  const Facts usual = machine("Debian 12", "gcc 12.2");
  BOOST_TEST(contrast({odd}, {usual, usual, usual, usual}).empty());
  BOOST_TEST(contrast({odd, odd}, {usual, usual}).empty());
  BOOST_TEST(!contrast({odd, odd}, {usual, usual, usual}).empty());
}

BOOST_AUTO_TEST_CASE(nothing_where_all_fail_or_nothing_is_shared) {
  const Facts one = machine("Debian 12", "gcc 12");
  const Facts other = machine("Debian 12", "clang 18");
  BOOST_TEST(contrast({one, one}, {}).empty());
  BOOST_TEST(contrast({one, one}, {one, one, one}).empty());
  BOOST_TEST(contrast({one, machine("Alpine 3", "clang 18")}, {other, other, other}).empty());
}

BOOST_AUTO_TEST_SUITE_END()

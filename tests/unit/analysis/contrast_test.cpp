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
                            {machine("Debian 12", "gcc 12.2"),
                             machine("Fedora 41", "clang 19, libstdc++")})) == "compiler=libc++;");
}

BOOST_AUTO_TEST_CASE(one_that_fails_differs_in_several_facts) {
  BOOST_TEST(words(contrast({machine("Raspberry Pi OS 12", "gcc 12.2", "armv7l")},
                            {machine("Debian 12", "gcc 12.2"), machine("Fedora 41", "gcc 14")})) ==
             "system=Pi;architecture=armv7l;");
}

BOOST_AUTO_TEST_CASE(a_version_and_not_a_name) {
  BOOST_TEST(words(contrast({machine("Debian 13", "gcc 14.2")}, {machine("Debian 12", "gcc 12.2")})) ==
             "compiler=gcc 14;system=Debian 13;");
}

BOOST_AUTO_TEST_CASE(nothing_where_all_fail_or_nothing_is_shared) {
  BOOST_TEST(contrast({machine("a 1", "b 1")}, {}).empty());
  BOOST_TEST(contrast({machine("Debian 12", "gcc 12")}, {machine("Debian 12", "gcc 12")}).empty());
  BOOST_TEST(contrast({machine("Debian 12", "gcc 12"), machine("Alpine 3", "clang 18")},
                      {machine("Debian 12", "clang 18")})
                 .empty());
}

BOOST_AUTO_TEST_SUITE_END()

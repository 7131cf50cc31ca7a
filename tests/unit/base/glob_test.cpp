#include "base/glob.hpp"

#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(base_glob)

BOOST_AUTO_TEST_CASE(matches) {
  for (const auto& [pattern, text] :
       std::vector<std::pair<std::string, std::string>>{{"main", "main"},
                                                        {"release/*", "release/1.2"},
                                                        {"*", "x"},
                                                        {"v?.[0-9]", "v1.5"},
                                                        {"docs/**", "docs/a/b.md"},
                                                        {"**/*.xml", "a.xml"},
                                                        {"**/*.xml", "a/b/c.xml"},
                                                        {"a/**/b", "a/b"},
                                                        {"a/**/b", "a/x/y/b"},
                                                        {"*.md", ".md"},
                                                        {"**/x*y", "a/x1/x2y"},
                                                        {"[!a]", "b"},
                                                        {"LC_*", "LC_ALL"}})
    BOOST_TEST(glob_matches(pattern, text), pattern << " and " << text);
  for (const auto& [pattern, text] :
       std::vector<std::pair<std::string, std::string>>{{"main", "main2"},
                                                        {"release/*", "release/a/b"},
                                                        {"*", "a/b"},
                                                        {"v?", "v"},
                                                        {"docs/**", "doc/a"},
                                                        {"[a", "a"},
                                                        {"[!a]", "a"},
                                                        {"**/b", "ab"},
                                                        {"", "x"},
                                                        {"?", "/"}})
    BOOST_TEST(!glob_matches(pattern, text), pattern << " and " << text);
}

BOOST_AUTO_TEST_CASE(no_pattern_takes_for_ever) {
  BOOST_TEST(!glob_matches("*a*a*a*a*a*a*a*a*a*a*b", std::string(5000, 'a')));
}

BOOST_AUTO_TEST_CASE(files) {
  const TemporaryDirectory directory;
  must(make_directories(directory / "a/b"));
  for (const char* name : {"one.xml", "a/two.xml", "a/b/three.xml", "a/four.txt"})
    must(replace_file(directory / name, "x", Sync::no));
  BOOST_TEST(must(files_matching(directory.path(), "**/*.xml", 10)).size() == 3U);
  BOOST_TEST(must(files_matching(directory.path(), "a/*.xml", 10)).size() == 1U);
  BOOST_TEST(must(files_matching(directory.path(), "a/four.txt", 10)).size() == 1U);
  BOOST_TEST(must(files_matching(directory.path(), "none/*.xml", 10)).empty());
  BOOST_TEST(must(files_matching(directory.path(), "**/*.xml", 2)).size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

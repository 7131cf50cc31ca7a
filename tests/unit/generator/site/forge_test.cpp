#include "generator/site/forge.hpp"

#include "support/support.hpp"

using namespace testfarm;

namespace generator_site_forge {
const std::string sha(40, 'a');
const std::string from(40, 'b');
ProjectConfig with(RepositoryRule rule) {
  ProjectConfig project;
  project.repositories.push_back(std::move(rule));
  return project;
}
Forge guessed(const std::string& url) { return Forge::of({}, "source", url); }
}  // namespace generator_site_forge

using namespace generator_site_forge;

BOOST_AUTO_TEST_SUITE(generator_site_forge)

BOOST_AUTO_TEST_CASE(each_forge_has_its_addresses) {
  struct Sample {
    const char *url, *commit, *compare, *file;
  };
  const Sample forges[] = {
      {.url = "https://github.com/o/n.git",
       .commit = "https://github.com/o/n/commit/SHA",
       .compare = "https://github.com/o/n/compare/FROM...SHA",
       .file = "https://github.com/o/n/blob/SHA/src/x.cpp#L47"},
      {.url = "git@gitlab.com:g/sub/n.git",
       .commit = "https://gitlab.com/g/sub/n/-/commit/SHA",
       .compare = "https://gitlab.com/g/sub/n/-/compare/FROM...SHA",
       .file = "https://gitlab.com/g/sub/n/-/blob/SHA/src/x.cpp#L47"},
      {.url = "ssh://git@codeberg.org:22/o/n.git",
       .commit = "https://codeberg.org/o/n/commit/SHA",
       .compare = "https://codeberg.org/o/n/compare/FROM...SHA",
       .file = "https://codeberg.org/o/n/src/commit/SHA/src/x.cpp#L47"},
      {.url = "https://git.sr.ht/~me/n",
       .commit = "https://git.sr.ht/~me/n/commit/SHA",
       .compare = "",
       .file = "https://git.sr.ht/~me/n/tree/SHA/item/src/x.cpp#L47"},
      {.url = "git://git.kernel.org/pub/scm/a/n.git",
       .commit = "https://git.kernel.org/pub/scm/a/n.git/commit/?id=SHA",
       .compare = "https://git.kernel.org/pub/scm/a/n.git/log/?qt=range&q=FROM..SHA",
       .file = "https://git.kernel.org/pub/scm/a/n.git/tree/src/x.cpp?id=SHA#n47"},
  };
  const auto meant = [](std::string text) {
    for (const auto& [mark, value] : {std::pair{"SHA", sha}, {"FROM", from}})
      if (const auto at = text.find(mark); at != std::string::npos)
        text.replace(at, std::string(mark).size(), value);
    return text;
  };
  for (const auto& forge : forges) {
    BOOST_TEST(guessed(forge.url).commit(sha) == meant(forge.commit));
    BOOST_TEST(guessed(forge.url).compare(from, sha) == meant(forge.compare));
    BOOST_TEST(guessed(forge.url).file(sha, "src/x.cpp", 47) == meant(forge.file));
  }
}

// A client's word alone makes no link, and what it adds to an address is not carried on.
BOOST_AUTO_TEST_CASE(nothing_is_guessed_of_an_unknown_host) {
  for (const char* url :
       {"https://evil.example/github.com/n", "https://github.com.evil.example/o/n", "/srv/git/n",
        "file:///srv/n", "javascript:alert(1)", "https://github.com", "https://github.com/../n",
        "https://github.com/o/<script>", "evil.example:github.com/o/n"})
    BOOST_TEST(guessed(url).commit(sha).empty(), url);
  BOOST_TEST(guessed("http://me:secret@github.com:8080/o/n.git?token=x#y").commit(sha) ==
             "https://github.com/o/n/commit/" + sha);
}

BOOST_AUTO_TEST_CASE(the_maintainer_names_any_host) {
  BOOST_TEST(
      Forge::of(with({.name = "source", .url = "https://gitlab.example.org/g/n.git"}), "source", "/srv/n")
          .commit(sha) == "https://gitlab.example.org/g/n/-/commit/" + sha);
  BOOST_TEST(Forge::of(with({.name = "source", .url = "https://git.example.org/n.git", .forge = "gitweb"}),
                       "source", "")
                 .commit(sha) == "https://git.example.org/?p=n.git;a=commit;h=" + sha);
  BOOST_TEST(
      Forge::of(with({.name = "source", .commit_url = "https://x.example/r{revision}"}), "source", "svn://x")
          .commit("1234") == "https://x.example/r1234");
  BOOST_TEST(Forge::of(with({.name = "source", .forge = "none"}), "source", "https://github.com/o/n")
                 .commit(sha)
                 .empty());
  // Another repository's rule is not this one's.
  BOOST_TEST(!Forge::of(with({.name = "other", .forge = "none"}), "source", "https://github.com/o/n")
                  .commit(sha)
                  .empty());
}

BOOST_AUTO_TEST_CASE(revisions_and_paths_stay_in_their_place) {
  const Forge forge = guessed("https://github.com/o/n");
  BOOST_TEST(forge.commit("a/../b").empty());
  BOOST_TEST(forge.commit("").empty());
  BOOST_TEST(forge.file(sha, "../x.cpp", 1).empty());
  BOOST_TEST(forge.file(sha, "/etc/passwd", 1).empty());
  BOOST_TEST(forge.file(sha, "a b#?%.cpp", 1) ==
             "https://github.com/o/n/blob/" + sha + "/a%20b%23%3F%25.cpp#L1");
}

BOOST_AUTO_TEST_CASE(where_an_error_is) {
  const auto words = [](const char* error) {
    const SourcePlace place = source_place(error, "source");
    return place.path + ':' + std::to_string(place.line);
  };
  BOOST_TEST(words("../src/x.cpp:47:30: error: no") == "src/x.cpp:47");
  BOOST_TEST(words("src/x.cpp:47: undefined") == "src/x.cpp:47");
  BOOST_TEST(words("/home/ci/sandbox/source/src/x.cpp:4:1: error") == "src/x.cpp:4");
  BOOST_TEST(words("/usr/include/c++/12/vector:4:1: error") == ":0");
  BOOST_TEST(words("error: nothing") == ":0");
  BOOST_TEST(words("make: *** [x] Error 1") == ":0");
  BOOST_TEST(words("Makefile:47: nothing to be done") == ":0");
}

BOOST_AUTO_TEST_SUITE_END()

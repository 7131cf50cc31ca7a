#include "unit/client/sources/source_fixture.hpp"

using namespace testfarm;

BOOST_FIXTURE_TEST_SUITE(client_sources_git_alterations, SourceFixture)

// The files are the revision's whatever a build has set in the clone; and that is said.
BOOST_AUTO_TEST_CASE(what_a_build_set_in_the_clone_does_not_count) {
  commit("one");
  commit("two", "g");
  must(source()->check_out(tip()));
  for (const char* setting :
       {"git config core.autocrlf true",
        "mkdir -p .git/info && echo '* text eol=crlf' > .git/info/attributes",
        "git config core.worktree /tmp", "git config core.bare true", "git sparse-checkout set --no-cone /g",
        "git sparse-checkout set --cone", "git config extensions.worktreeConfig true",
        "git config extensions.preciousObjects true", "echo BAD > f && git update-index --skip-worktree f",
        "echo BAD > f && git update-index --assume-unchanged f",
        "echo '[core] eol = crlf' > .git/more && git config include.path more"})
    for (const GitWay one : {GitWay::command, GitWay::library}) {
      way = one;
      in_clone(setting);
      said.clear();
      commit("more", "h");
      const auto now = source();
      const auto there = now->tips();
      BOOST_TEST_REQUIRE(there.has_value(), setting << ": " << (there ? "" : there.error().context));
      const Status done = now->check_out(there->front().revision);
      BOOST_TEST_REQUIRE(done.has_value(), setting << ": " << (done ? "" : done.error().context));
      BOOST_TEST(file() == "one\n", setting);
      BOOST_TEST(file("g") == "two\n", setting);
      BOOST_TEST(file("h").ends_with("more\n"), setting);
      BOOST_TEST(!said.empty(), setting);
    }
}

BOOST_AUTO_TEST_CASE(another_commit_in_the_place_of_one_does_not_count) {
  commit("one");
  const std::string first = tip();
  must(source()->check_out(first));
  commit("two");
  const std::string second = tip();
  in_clone(concat("git replace ", second, " ", first));
  must(source()->check_out(second));
  BOOST_TEST(file() == "one\ntwo\n");
}

BOOST_AUTO_TEST_SUITE_END()

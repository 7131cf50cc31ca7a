// git by its own program and by libgit2: the same is expected of both.
#include <boost/test/data/test_case.hpp>

#include "support/loopback.hpp"
#include "unit/client/sources/source_fixture.hpp"

using namespace testfarm;

namespace client_sources_git {

const std::vector<std::string> ways{"command", "library"};
GitWay way_of(const std::string& name) { return name == "command" ? GitWay::command : GitWay::library; }

}  // namespace client_sources_git

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): Boost's own is one
#define EITHER_WAY(name) BOOST_DATA_TEST_CASE_F(SourceFixture, name, ways, sample)

BOOST_AUTO_TEST_SUITE(client_sources_git)

EITHER_WAY(clones_fetches_and_checks_out) {
  way = way_of(sample);
  commit("one");
  const std::string first = tip();
  must(source()->check_out(first));
  BOOST_TEST(file() == "one\n");
  commit("two");
  const std::string second = tip();
  BOOST_TEST(second != first);
  must(source()->check_out(second));
  BOOST_TEST(file() == "one\ntwo\n");
  must(source()->check_out(first.substr(0, 10)));
  BOOST_TEST(file() == "one\n");
}

EITHER_WAY(a_submodule_that_its_authors_leave_out_is_left_out) {
  way = way_of(sample);
  commit("one");
  add_submodule("private");
  git("config -f .gitmodules submodule.private.update none");
  git("config -f .gitmodules submodule.private.url http://127.0.0.1:1/private");
  git("commit -q -a -m submodule");
  must(source()->check_out(tip()));
  BOOST_TEST(file() == "one\n");
}

// A mirror that is itself a shallow clone: its history ends there, and so does what is told of it.
BOOST_FIXTURE_TEST_CASE(a_shallow_repository_can_be_watched, SourceFixture) {
  for (const char* text : {"one", "two", "three"}) commit(text);
  const std::string whole = definition.url;
  definition.url = (directory / "shallow").string();
  shell(concat("git clone -q --depth 1 file://", whole, " ", definition.url));
  must(source()->check_out(tip()));
  BOOST_TEST(file() == "one\ntwo\nthree\n");
  const std::string before = tip();
  commit("four");
  const Repository told = must(source()->describe(before, tip()));
  BOOST_TEST(told.changes.size() == 1U);
  must(source()->check_out(tip()));
  BOOST_TEST(file().ends_with("four\n"));
}

EITHER_WAY(a_sha256_repository_is_called_so) {
  way = way_of(sample);
  in_origin("git init -q -b main --object-format=sha256 .");
  commit("one");
  const auto there = source()->tips();
  BOOST_TEST_REQUIRE(!there.has_value());
  const std::string& words = there.error().context;  // libgit2 names the setting
  BOOST_TEST((words.find("SHA-256") != std::string::npos || words.find("objectformat") != std::string::npos),
             words);
}

// Told from the definition, wherever the client was started.
EITHER_WAY(an_address_may_be_a_path_beside_the_definition) {
  way = way_of(sample);
  commit("one");
  definition.home = directory.path();
  definition.url = "origin";
  must(source()->check_out(tip()));
  BOOST_TEST(file() == "one\n");
  definition.url = "../" + directory.path().filename().string() + "/origin";
  BOOST_TEST(tip().size() == 40U);
}

EITHER_WAY(tells_the_changes_between) {
  way = way_of(sample);
  commit("one");
  const std::string first = tip();
  commit("two");
  commit("three");
  const std::string third = tip();
  const Repository told = must(source()->describe(first, third));
  BOOST_REQUIRE(told.changes.size() == 2U);
  BOOST_TEST(told.changes[0].message == "three");
  BOOST_TEST(told.changes[0].author == "Ann Ó");
  BOOST_TEST(told.changes[1].message == "two");
  BOOST_TEST(told.previous == first);
  BOOST_TEST(must(source()->describe("", third)).changes.size() == 1U);
  BOOST_TEST(must(source()->describe(std::string(40, '0'), third)).changes.size() == 3U);
}

EITHER_WAY(local_changes_give_way_and_other_files_stay) {
  way = way_of(sample);
  commit("one");
  must(source()->check_out(tip()));
  must(replace_file(definition.directory / "f", "changed", Sync::no));
  must(replace_file(definition.directory / "built.o", "x", Sync::no));
  must(source()->check_out(tip()));
  BOOST_TEST(file() == "one\n");
  BOOST_TEST(file("built.o") == "x");
}

EITHER_WAY(a_rewritten_branch_is_followed) {
  way = way_of(sample);
  commit("one");
  commit("two");
  tip();
  git("reset -q --hard HEAD~1");
  commit("other");
  must(source()->check_out(tip()));
  BOOST_TEST(file() == "one\nother\n");
}

EITHER_WAY(what_is_not_there_is_named) {
  way = way_of(sample);
  commit("one");
  BOOST_TEST(!source()->check_out(std::string(40, 'a')).has_value());
  definition.branches = {"nowhere"};
  const Error nowhere = source()->tips().error();
  BOOST_TEST(nowhere.kind == ErrorKind::unavailable);
  BOOST_TEST(nowhere.context.ends_with("; there is main"), nowhere.context);
  git("branch trunk");
  BOOST_TEST(source()->tips().error().context.ends_with("; there are main, trunk"));
  definition.url = (directory / "none").string();
  BOOST_TEST(source()->tips().error().context.find(definition.url) != std::string::npos);
}

EITHER_WAY(branches_and_tags_by_pattern) {
  way = way_of(sample);
  commit("one");
  git("branch release/1");
  git("branch other");
  git("tag v1");
  git("tag -a v2 -m annotated");
  git("tag w1");
  definition.branches = {"main", "release/*"};
  definition.tags = {"v*"};
  std::map<std::string, bool> names;
  for (const Tip& tip : must(source()->tips())) {
    names[tip.branch] = tip.tag;
    must(source()->check_out(tip.revision));
  }
  BOOST_TEST((names == std::map<std::string, bool>{
                           {"main", false}, {"release/1", false}, {"v1", true}, {"v2", true}}));
}

EITHER_WAY(each_commit_or_each_merge) {
  way = way_of(sample);
  commit("one");
  const std::string first = tip();
  commit("two");
  git("checkout -q -b side");
  commit("side", "g");
  git("checkout -q main");
  commit("three");
  git("merge -q --no-ff -m merged side");
  const std::string last = tip();
  BOOST_TEST(must(source()->steps(first, last)) == std::vector<std::string>{last});
  definition.updates = Updates::each;
  const auto each = must(source()->steps(first, last));
  BOOST_REQUIRE(each.size() == 3U);  // two, three, merged
  BOOST_TEST(must(source()->describe("", each[0])).changes[0].message == "two");
  BOOST_TEST(each[2] == last);
  definition.updates = Updates::merges;
  BOOST_TEST(must(source()->steps(first, last)) == std::vector<std::string>{last});
  BOOST_TEST(must(source()->steps(last, last)).empty());
  BOOST_TEST(must(source()->steps("", last)) == std::vector<std::string>{last});
}

EITHER_WAY(paths_that_do_not_matter) {
  way = way_of(sample);
  commit("one");
  const std::string first = tip();
  definition.ignore = {"docs/**", "*.md"};
  commit("words", "docs/a/b.txt");
  commit("words", "README.md");
  BOOST_TEST(must(source()->steps(first, tip())).empty());
  commit("code");
  BOOST_TEST(must(source()->steps(first, tip())).size() == 1U);
}

EITHER_WAY(a_history_written_anew_has_no_steps) {
  way = way_of(sample);
  definition.updates = Updates::each;
  commit("one");
  commit("two");
  const std::string old = tip();
  shell(concat("rm -rf ", definition.url));
  for (const char* text : {"a", "b", "c"}) commit(text);
  const std::string now = tip();
  BOOST_TEST(must(source()->steps(old, now)) == std::vector<std::string>{now});
  commit("docs", "docs/x");
  commit("d");
  definition.ignore = {"docs/**"};
  BOOST_TEST(must(source()->steps(now, tip())).size() == 1U);
}

EITHER_WAY(a_branch_that_is_gone_is_not_in_the_way) {
  way = way_of(sample);
  commit("one");
  definition.branches = {"main", "f*", "f*/*"};
  git("branch f");
  BOOST_TEST(must(source()->tips()).size() == 2U);
  git("branch -D f");
  git("branch f/x");
  BOOST_TEST(must(source()->tips()).size() == 2U);
}

EITHER_WAY(what_a_killed_client_locked_is_unlocked) {
  way = way_of(sample);
  commit("one");
  must(source()->check_out(tip()));
  must(replace_file(definition.directory / ".git/index.lock", "", Sync::no));
  commit("two");
  must(source()->check_out(tip()));
  BOOST_TEST(file() == "one\ntwo\n");
}

EITHER_WAY(a_server_that_says_nothing_is_left) {
  way = way_of(sample);
  int port = 0;
  const Fd listener = bound_socket(port, 5);
  BOOST_REQUIRE(listener);
  definition.url = concat("git://127.0.0.1:", port, "/x.git");
  definition.patience = 300;
  BOOST_TEST(source()->tips().error().kind == ErrorKind::unavailable);
}

EITHER_WAY(submodules_come_along) {
  way = way_of(sample);
  const Path inner = directory / "inner";
  shell(concat("mkdir ", inner.string(), " && cd ", inner.string(),
               " && git init -q -b main . && echo deep > g && git add g && "
               "git -c user.name=a -c user.email=a@b commit -qm inner"));
  commit("one");
  git(concat("submodule add -q ", inner.string(), " lib"));
  git("commit -q -m sub");
  must(source()->check_out(tip()));
  BOOST_TEST(file("lib/g") == "deep\n");
}

EITHER_WAY(a_directory_that_is_now_a_submodule_and_now_is_none) {
  way = way_of(sample);
  commit("one");
  add_submodule("lib");
  git("commit -q -m submodule");
  const std::string with = tip();
  git("rm -q lib .gitmodules");
  commit("vendored", "lib/own");
  const std::string without = tip();
  for (int round = 0; round < 3; ++round) {
    must(source()->check_out(with));
    BOOST_TEST(file("lib/s") == "sub\n");
    BOOST_TEST(!file_exists(definition.directory / "lib/own"));
    must(source()->check_out(without));
    BOOST_TEST(file("lib/own") == "vendored\n");
    BOOST_TEST(!file_exists(definition.directory / "lib/s"));
  }
}

EITHER_WAY(halves_of_a_submodule_are_passed_over_as_git_does) {
  way = way_of(sample);
  commit("one");
  // In .gitmodules and not in the tree; in the tree and not in .gitmodules.
  in_origin(
      "printf '[submodule \"x\"]\\n\\tpath = x\\n\\turl = https://example.com/x.git\\n' > .gitmodules && git "
      "add .gitmodules");
  in_origin("git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),third/x");
  git("commit -q -m halves");
  must(source()->check_out(tip()));
  BOOST_TEST(file() == "one\n");
}

BOOST_AUTO_TEST_SUITE_END()

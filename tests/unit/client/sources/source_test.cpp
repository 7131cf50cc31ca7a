#include "client/sources/open_source.hpp"

#include <cstdlib>

#include "support/loopback.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace client_sources_source {

struct Fixture {
  TemporaryDirectory directory;
  Definition owner{.client = client_key("p", "c"),
                   .state_directory = directory / "state",
                   .sandbox = directory / "sandbox",
                   .pass = {"PATH"}};
  RepositoryDefinition definition;
  SystemCommandRunner runner{system_clock(), [] { return false; }, false};
  Fixture() {
    definition.name = "source";
    definition.url = (directory / "origin").string();
    definition.branches = {"main"};
    definition.directory = directory / "clone";
  }

  static void shell(const std::string& line) {
    BOOST_REQUIRE_MESSAGE(std::system((line + " >/dev/null 2>&1").c_str()) == 0, line);
  }
  void in_origin(const std::string& line) const {
    shell(concat("mkdir -p ", definition.url, " && cd ", definition.url, " && ", line));
  }
  void git(const std::string& arguments) const {
    in_origin(
        concat("git -c user.name='Ann Ó' -c user.email=a@example.org -c core.hooksPath=/dev/null -c "
               "protocol.file.allow=always ",
               arguments));
  }
  void commit(const std::string& text, const std::string& file = "f") const {
    if (!file_exists(Path(definition.url) / ".git")) git("init -q -b main .");
    in_origin(concat("mkdir -p $(dirname ", file, ") && echo '", text, "' >> ", file, " && git add ", file));
    git(concat("commit -q -m '", text, "'"));
  }
  std::unique_ptr<Source> source() { return open_source(definition, owner, runner); }
  std::string tip() { return must(source()->tips()).front().revision; }
  std::string file(const std::string& name = "f") const {
    return must(read_file(definition.directory / name));
  }
};

}  // namespace client_sources_source

BOOST_FIXTURE_TEST_SUITE(client_sources_source, client_sources_source::Fixture)

BOOST_AUTO_TEST_CASE(clones_fetches_and_checks_out) {
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

BOOST_AUTO_TEST_CASE(tells_the_changes_between) {
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

BOOST_AUTO_TEST_CASE(local_changes_give_way_and_other_files_stay) {
  commit("one");
  must(source()->check_out(tip()));
  must(replace_file(definition.directory / "f", "changed", Sync::no));
  must(replace_file(definition.directory / "built.o", "x", Sync::no));
  must(source()->check_out(tip()));
  BOOST_TEST(file() == "one\n");
  BOOST_TEST(file("built.o") == "x");
}

BOOST_AUTO_TEST_CASE(a_rewritten_branch_is_followed) {
  commit("one");
  commit("two");
  tip();
  git("reset -q --hard HEAD~1");
  commit("other");
  must(source()->check_out(tip()));
  BOOST_TEST(file() == "one\nother\n");
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_named) {
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

BOOST_AUTO_TEST_CASE(branches_and_tags_by_pattern) {
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

BOOST_AUTO_TEST_CASE(each_commit_or_each_merge) {
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

BOOST_AUTO_TEST_CASE(paths_that_do_not_matter) {
  commit("one");
  const std::string first = tip();
  definition.ignore = {"docs/**", "*.md"};
  commit("words", "docs/a/b.txt");
  commit("words", "README.md");
  BOOST_TEST(must(source()->steps(first, tip())).empty());
  commit("code");
  BOOST_TEST(must(source()->steps(first, tip())).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_history_written_anew_has_no_steps) {
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

BOOST_AUTO_TEST_CASE(a_branch_that_is_gone_is_not_in_the_way) {
  commit("one");
  definition.branches = {"main", "f*", "f*/*"};
  git("branch f");
  BOOST_TEST(must(source()->tips()).size() == 2U);
  git("branch -D f");
  git("branch f/x");
  BOOST_TEST(must(source()->tips()).size() == 2U);
}

BOOST_AUTO_TEST_CASE(what_a_killed_client_locked_is_unlocked) {
  commit("one");
  must(source()->check_out(tip()));
  must(replace_file(definition.directory / ".git/index.lock", "", Sync::no));
  commit("two");
  must(source()->check_out(tip()));
  BOOST_TEST(file() == "one\ntwo\n");
}

BOOST_AUTO_TEST_CASE(passwords_in_addresses_are_not_told) {
  BOOST_TEST(without_password("https://ann:pw@example.org/x.git") == "https://example.org/x.git");
  BOOST_TEST(without_password("ssh://git@example.org/x.git") == "ssh://git@example.org/x.git");
  BOOST_TEST(without_password("/srv/a:b@c") == "/srv/a:b@c");
}

BOOST_AUTO_TEST_CASE(a_server_that_says_nothing_is_left) {
  int port = 0;
  const Fd listener = bound_socket(port, 5);
  BOOST_REQUIRE(listener);
  definition.url = concat("git://127.0.0.1:", port, "/x.git");
  definition.patience = 300;
  BOOST_TEST(source()->tips().error().kind == ErrorKind::unavailable);
}

BOOST_AUTO_TEST_CASE(submodules_come_along) {
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

BOOST_AUTO_TEST_CASE(a_directory_that_is_now_a_submodule_and_now_is_none) {
  commit("one");
  const std::string other = (directory / "other").string();
  shell(concat("git init -q -b main ", other, " && cd ", other,
               " && echo sub > s && git add s && git -c user.name=a -c user.email=a@b commit -qm s"));
  git(concat("submodule --quiet add ", other, " lib"));
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

BOOST_AUTO_TEST_CASE(halves_of_a_submodule_are_passed_over_as_git_does) {
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

BOOST_AUTO_TEST_CASE(subversion) {
  const Path repository = directory / "svn";
  shell(concat("svnadmin create ", repository.string()));
  const std::string url = concat("file://", repository.string(), "/trunk");
  shell(concat("svn -q mkdir --parents -m start ", url));
  shell(concat("svn -q checkout ", url, " ", (directory / "work").string()));
  const auto commit_svn = [&](const std::string& text) {
    shell(concat("cd ", (directory / "work").string(), " && echo '", text,
                 "' >> f && (svn -q add --force f) && svn -q commit -m '", text, "\nsecond line'"));
  };
  definition.vcs = Vcs::svn;
  definition.url = url;
  definition.branches = {"trunk"};
  commit_svn("one");
  const std::string first = tip();
  must(source()->check_out(first));
  BOOST_TEST(file() == "one\n");
  commit_svn("two");
  commit_svn("three");
  const std::string third = tip();
  const Repository told = must(source()->describe(first, third));
  BOOST_REQUIRE(told.changes.size() == 2U);
  BOOST_TEST(told.changes[0].revision == third);
  BOOST_TEST(told.changes[0].message.starts_with("three"));
  BOOST_TEST(told.changes[0].time > 1700000000);
  BOOST_TEST(!told.changes[0].author.empty());
  BOOST_TEST(must(source()->describe(third, third)).changes.empty());
  must(replace_file(definition.directory / "f", "changed", Sync::no));
  must(source()->check_out(third));
  BOOST_TEST(file() == "one\ntwo\nthree\n");
  definition.url = "file:///nowhere";
  BOOST_TEST(source()->tips().error().kind == ErrorKind::unavailable);
}

BOOST_AUTO_TEST_CASE(anything_else_by_three_commands) {
  must(replace_file(directory / "version", "17\n", Sync::no));
  definition.vcs = Vcs::commands;
  definition.remote = concat("echo looking; cat ", (directory / "version").string());
  definition.update = R"(echo "$TESTFARM_REVISION" > "$TESTFARM_DIRECTORY/now")";
  definition.current = R"(cat "$TESTFARM_DIRECTORY/now")";
  BOOST_TEST(tip() == "17");
  must(source()->check_out("17"));
  BOOST_TEST(file("now") == "17\n");
  definition.update = "true";
  BOOST_TEST(source()->check_out("18").error().context.find("'17' is checked out") != std::string::npos);
  definition.remote = "echo no network >&2; false";
  BOOST_TEST(source()->tips().error().context.find("no network") != std::string::npos);
}

struct Subversion : client_sources_source::Fixture {
  std::string work = (directory / "work").string();
  Subversion() {
    const Path repository = directory / "svn";
    shell(concat("svnadmin create ", repository.string()));
    definition.vcs = Vcs::svn;
    definition.url = concat("file://", repository.string(), "/trunk");
    shell(
        concat("svn -q mkdir -m start ", definition.url, " && svn -q checkout ", definition.url, " ", work));
  }
  void commit_svn(const std::string& line) const {
    shell(concat("cd ", work, " && ", line, " && svn -q commit -m more"));
  }
};

BOOST_FIXTURE_TEST_CASE(svn_tests_the_revision_s_own_file_where_a_build_left_one, Subversion) {
  commit_svn("echo one > a && svn -q add a");
  must(source()->check_out(tip()));
  // What a build makes becomes tracked, first a file, then a directory.
  shell(concat("echo built > ", (definition.directory / "check.sh").string()));
  commit_svn("echo tracked > check.sh && svn -q add check.sh");
  must(source()->check_out(tip()));
  BOOST_TEST(file("check.sh") == "tracked\n");
  shell(concat("mkdir ", (definition.directory / "gen").string(), " && echo x > ",
               (definition.directory / "gen/x").string()));
  commit_svn("echo now a file > gen && svn -q add gen");
  const auto obstructed = source()->check_out(tip());
  // The file is there, or somebody is told; never a success with the directory in its place.
  if (obstructed)
    BOOST_TEST(file("gen") == "now a file\n");
  else
    BOOST_TEST(obstructed.error().context.find("remove ") != std::string::npos, obstructed.error().context);
}

BOOST_FIXTURE_TEST_CASE(svn_mends_what_a_killed_one_left_locked, Subversion) {
  commit_svn("echo one > a && svn -q add a");
  must(source()->check_out(tip()));
  shell(concat("sqlite3 ", (definition.directory / ".svn/wc.db").string(),
               " \"insert into wc_lock values(1, '', -1)\""));
  commit_svn("echo two >> a");
  must(source()->check_out(tip()));
  BOOST_TEST(file("a") == "one\ntwo\n");
}

BOOST_FIXTURE_TEST_CASE(svn_brings_back_what_is_missing_or_changed, Subversion) {
  commit_svn("echo one > a && mkdir d && echo b > d/b && svn -q add a d");
  must(source()->check_out(tip()));
  shell(concat("cd ", definition.directory.string(), " && rm -r d && echo changed > a"));
  must(source()->check_out(tip()));
  BOOST_TEST(file("a") == "one\n");
  BOOST_TEST(file("d/b") == "b\n");
}

BOOST_AUTO_TEST_SUITE_END()

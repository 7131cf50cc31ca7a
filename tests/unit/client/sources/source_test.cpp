#include "unit/client/sources/source_fixture.hpp"

using namespace testfarm;

BOOST_FIXTURE_TEST_SUITE(client_sources_source, SourceFixture)

BOOST_AUTO_TEST_CASE(passwords_in_addresses_are_not_told) {
  BOOST_TEST(without_password("https://ann:pw@example.org/x.git") == "https://example.org/x.git");
  BOOST_TEST(without_password("ssh://git@example.org/x.git") == "ssh://git@example.org/x.git");
  BOOST_TEST(without_password("/srv/a:b@c") == "/srv/a:b@c");
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

// What builds do to a working copy of svn, and what its names may be.
BOOST_AUTO_TEST_CASE(subversion_in_odd_places) {
  const Path repository = directory / "svn";
  const Path work = directory / "work";
  const auto in_work = [&](const std::string& line) {
    shell(concat("export LC_ALL=C.UTF-8; cd ", work.string(), " && ", line));
  };
  shell(concat("svnadmin create ", repository.string()));
  definition.vcs = Vcs::svn;
  definition.url = concat("file://", repository.string(), "/branches/a@b");
  definition.branches = {"a@b"};
  definition.directory = directory / "clone@2";
  shell(concat("svn -q mkdir --parents -m start ", definition.url, "@ file://", repository.string(), "/lib"));
  shell(concat("svn -q checkout ", definition.url, "@ ", work.string()));
  in_work("echo one > f && mkdir d && echo deep > d/g && echo ü > ü && svn -q add f d ü");
  in_work("svn -q propset svn:externals '^/lib ext' . && svn -q commit -m one && svn -q update");
  in_work("cd ext && echo lib > l && svn -q add l && svn -q commit -m lib");
  must(source()->check_out(tip()));
  BOOST_TEST(file() == "one\n");
  BOOST_TEST(file("ü") == "ü\n");
  for (const char* build :
       {"svn -q changelist mine f", "svn update -q --set-depth exclude d", "svn update -q --set-depth empty",
        "echo changed > ext/l", "svn update -q --set-depth exclude f"}) {
    shell(concat("cd ", definition.directory.string(), " && ", build));
    in_work("echo more >> h && svn -q add --force h && svn -q commit -m more && svn -q update");
    said.clear();
    const std::string revision = tip();
    const Status done = source()->check_out(revision);
    BOOST_TEST_REQUIRE(done.has_value(), build << ": " << (done ? "" : done.error().context));
    BOOST_TEST(file() == "one\n", build);
    BOOST_TEST(file("d/g") == "deep\n", build);
    BOOST_TEST(file("ext/l") == "lib\n", build);
    BOOST_TEST(said.empty(), build << ": " << (said.empty() ? "" : said.front()));
  }
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

struct Subversion : SourceFixture {
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

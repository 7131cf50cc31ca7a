#include "client/repository.hpp"

#include <cstdlib>

#include "support/support.hpp"

using namespace testfarm;

namespace {

struct Fixture {
  TemporaryDirectory directory;
  RepositoryDefinition definition{"source", (directory / "origin").string(), "main", directory / "clone"};
  Fixture() { git("init -q -b main ."); }

  void shell(const std::string& line) const {
    BOOST_REQUIRE(std::system(cat("mkdir -p ", definition.url, " && cd ", definition.url, " && ", line,
                                  " >/dev/null 2>&1")
                                  .c_str()) == 0);
  }
  void git(const std::string& arguments) const {
    shell(
        cat("git -c user.name='Ann Ó' -c user.email=a@example.org -c core.hooksPath=/dev/null ", arguments));
  }
  void commit(const std::string& text) const {
    shell(cat("echo '", text, "' >> f && git add f"));
    git(cat("commit -q -m '", text, "'"));
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_repository, Fixture)

BOOST_AUTO_TEST_CASE(clones_fetches_and_checks_out) {
  commit("one");
  const std::string first = must(fetch_tip(definition));
  must(check_out(definition, first));
  BOOST_TEST(must(read_file(definition.directory / "f")) == "one\n");
  commit("two");
  const std::string second = must(fetch_tip(definition));
  BOOST_TEST(second != first);
  must(check_out(definition, second));
  BOOST_TEST(must(read_file(definition.directory / "f")) == "one\ntwo\n");
  must(check_out(definition, first));
  BOOST_TEST(must(read_file(definition.directory / "f")) == "one\n");
}

BOOST_AUTO_TEST_CASE(tells_the_changes_between) {
  commit("one");
  const std::string first = must(fetch_tip(definition));
  commit("two");
  commit("three");
  const std::string third = must(fetch_tip(definition));
  const Repository told = must(describe_revision(definition, first, third));
  BOOST_REQUIRE(told.changes.size() == 2U);
  BOOST_TEST(told.changes[0].message == "three");
  BOOST_TEST(told.changes[0].author == "Ann Ó");
  BOOST_TEST(told.changes[1].message == "two");
  BOOST_TEST(told.previous == first);
  BOOST_TEST(must(describe_revision(definition, "", third)).changes.size() == 1U);
  BOOST_TEST(must(describe_revision(definition, std::string(40, '0'), third)).changes.size() == 3U);
}

BOOST_AUTO_TEST_CASE(local_changes_give_way_and_other_files_stay) {
  commit("one");
  const std::string tip = must(fetch_tip(definition));
  must(check_out(definition, tip));
  must(replace_file(definition.directory / "f", "changed", Sync::no));
  must(replace_file(definition.directory / "built.o", "x", Sync::no));
  must(check_out(definition, tip));
  BOOST_TEST(must(read_file(definition.directory / "f")) == "one\n");
  BOOST_TEST(file_exists(definition.directory / "built.o"));
}

BOOST_AUTO_TEST_CASE(a_rewritten_branch_is_followed) {
  commit("one");
  commit("two");
  must(fetch_tip(definition));
  git("reset -q --hard HEAD~1");
  commit("other");
  const std::string tip = must(fetch_tip(definition));
  must(check_out(definition, tip));
  BOOST_TEST(must(read_file(definition.directory / "f")) == "one\nother\n");
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_named) {
  RepositoryDefinition wrong = definition;
  wrong.branch = "nowhere";
  commit("one");
  BOOST_TEST((fetch_tip(wrong).error().kind == ErrorKind::unavailable));
  wrong.url = (directory / "none").string();
  BOOST_TEST(fetch_tip(wrong).error().context.find(wrong.url) != std::string::npos);
  BOOST_TEST(!check_out(definition, std::string(40, 'a')).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

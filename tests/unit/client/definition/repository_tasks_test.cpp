#include "client/definition/repository_tasks.hpp"

#include <fstream>

#include "client/definition/read_definitions.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace client_definition_repository_tasks {
struct Fixture {
  TemporaryDirectory directory;
  Path checkout = directory / "sandbox/source";
  Fixture() { std::filesystem::create_directories(checkout / "ci"); }
  Definition owner(const std::string& more = {}) const {
    std::ofstream(directory / "testfarm.toml")
        << "project = \"p\"\nclient = \"c\"\nserver = \"https://x\"\ntimeout = \"7m\"\n[[repository]]\nurl = "
           "\"/x\"\ndefinition = \"ci/testfarm.toml\"\n"
        << more;
    return must(read_definitions(directory / "testfarm.toml")).front();
  }
  void write(const std::string& text) const { std::ofstream(checkout / "ci/testfarm.toml") << text; }
  Error error(const std::string& text) const {
    write(text);
    const auto tasks = read_repository_tasks(owner());
    BOOST_REQUIRE(!tasks.has_value());
    return tasks.error();
  }
};
const std::string task = "[[task]]\nname = \"Build\"\ncommands = [\"make {prefix} {flags}\"]\n";
}  // namespace client_definition_repository_tasks

BOOST_FIXTURE_TEST_SUITE(client_definition_repository_tasks, client_definition_repository_tasks::Fixture)

BOOST_AUTO_TEST_CASE(tasks_and_defaults_come_with_the_revision) {
  write("[parameters]\nprefix = \"/usr\"\nflags = \"-I{prefix}\"\n" + task +
        "[[task.service]]\nname = \"db\"\nrun = \"db {prefix}\"\n");
  const auto theirs = must(read_repository_tasks(owner()));
  BOOST_REQUIRE(theirs.size() == 1U);
  BOOST_TEST(theirs[0].commands[0].run == "make /usr -I/usr");
  BOOST_TEST(theirs[0].commands[0].timeout == 7 * minute_ms);
  BOOST_TEST(theirs[0].services[0].run == "db /usr");
  // What the owner says counts, also in what is made of it.
  const auto mine = must(read_repository_tasks(owner("[parameters]\nprefix = \"/opt\"\n")));
  BOOST_TEST(mine[0].commands[0].run == "make /opt -I/opt");
}

BOOST_AUTO_TEST_CASE(they_come_after_the_owners_and_have_other_names) {
  write(task);
  const std::string own = "[[task]]\nname = \"Prepare\"\ncommands = [\"true\"]\n";
  const Definition both = owner(own);
  BOOST_TEST(both.tasks.size() == 1U);
  BOOST_TEST(must(read_repository_tasks(both)).at(0).name == "Build");
  write("[[task]]\nname = \"Prepare\"\ncommands = [\"true\"]\n");
  BOOST_TEST(read_repository_tasks(both).error().context.find("a task 'Prepare' already") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(everything_else_is_a_mistake_that_names_it) {
  const Error told = error(task +
                           "[schedule]\nhours = \"1-2\"\n[[also]]\nserver = \"https://evil.example\"\n"
                           "[environment]\npass = [\"*\"]\n[[repository]]\nurl = \"x\"\n[[variant]]\n");
  BOOST_TEST((told.kind == ErrorKind::bad_input));
  for (const char* member : {"schedule", "also", "environment", "repository", "variant"})
    BOOST_TEST(told.context.find(concat(": ", member, " is for the owner")) != std::string::npos,
               told.context);
  BOOST_TEST(told.context.starts_with("ci/testfarm.toml:"), told.context);
  BOOST_TEST(error("secrets = [\"A\"]\n" + task).context.find("secrets is for the owner") !=
             std::string::npos);
  BOOST_TEST(error("[[task]]\nnaem = \"x\"\n").context.find("name = ") != std::string::npos);
  BOOST_TEST(error("= 1").context.find("ci/testfarm.toml:1:") != std::string::npos);
  BOOST_TEST(error("").context.find("no [[task]] to run") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_that_is_missing_or_huge_is_the_commits_fault) {
  std::filesystem::remove_all(checkout / "ci");
  const auto missing = read_repository_tasks(owner());
  BOOST_TEST((missing.error().kind == ErrorKind::not_found));
  BOOST_TEST(missing.error().context == "this revision has no ci/testfarm.toml");
  std::filesystem::create_directories(checkout / "ci");
  BOOST_TEST((error(task + std::string(300'000, '#')).kind == ErrorKind::too_large));
  std::filesystem::remove_all(checkout);
  BOOST_TEST((read_repository_tasks(owner()).error().kind == ErrorKind::io));
}

// Its words would stand in messages for everybody to read.
BOOST_AUTO_TEST_CASE(no_link_leads_out_of_the_repository) {
  std::ofstream(directory / "private.toml") << "password = \"s3cret\"\n";
  for (const char* target : {"../../../private.toml", "/etc/passwd", "..", "/dev/zero"}) {
    std::filesystem::remove(checkout / "ci/testfarm.toml");
    std::filesystem::create_symlink(target, checkout / "ci/testfarm.toml");
    const auto refused = read_repository_tasks(owner());
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST(refused.error().context == "ci/testfarm.toml is no file of the repository");
  }
  std::filesystem::remove(checkout / "ci/testfarm.toml");
  write(task);
  std::filesystem::rename(checkout / "ci/testfarm.toml", checkout / "elsewhere.toml");
  std::filesystem::create_symlink("../elsewhere.toml", checkout / "ci/testfarm.toml");
  BOOST_TEST(read_repository_tasks(owner()).has_value());
}

BOOST_AUTO_TEST_CASE(only_the_first_repository_and_only_inside) {
  for (const char* bad : {"\"/etc/x.toml\"", "\"../x.toml\"", "\"ci/../../x.toml\""}) {
    std::ofstream(directory / "testfarm.toml") << "project = \"p\"\nclient = \"c\"\nserver = "
                                                  "\"https://x\"\n[[repository]]\nurl = \"/x\"\ndefinition = "
                                               << bad << '\n';
    BOOST_TEST(
        read_definitions(directory / "testfarm.toml").error().context.find("is a path in the repository") !=
        std::string::npos);
  }
  std::ofstream(directory / "testfarm.toml")
      << "project = \"p\"\nclient = \"c\"\nserver = \"https://x\"\n"
      << task
      << "[[repository]]\nurl = \"/x\"\n[[repository]]\nname = \"b\"\nurl = \"/x\"\ndefinition = \"a\"\n";
  BOOST_TEST(
      read_definitions(directory / "testfarm.toml").error().context.find("only the first repository") !=
      std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

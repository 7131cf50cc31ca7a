#include "client/definition/starting_tasks.hpp"

#include <fstream>

#include "client/definition/read_definitions.hpp"
#include "client/definition/template.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace client_definition_starting_tasks {
struct Fixture {
  TemporaryDirectory directory;
  void file(const std::string& name, const std::string& text = {}) const {
    std::ofstream(directory / name) << text;
  }
  // What a definition with them would run, read as any definition.
  Definition definition() const {
    const StartingTasks found = starting_tasks(directory.path());
    std::filesystem::create_directories(directory / "elsewhere");
    std::ofstream(directory / "elsewhere/testfarm.toml")
        << definition_template({.client = client_key("p", "c"),
                                .server = "https://x",
                                .url = "a \"b\" \\c",
                                .branch = "trunk",
                                .needs = found.needs,
                                .tasks = found.tasks});
    return must(read_definitions(directory / "elsewhere/testfarm.toml")).front();
  }
};
}  // namespace client_definition_starting_tasks

BOOST_FIXTURE_TEST_SUITE(client_definition_starting_tasks, client_definition_starting_tasks::Fixture)

BOOST_AUTO_TEST_CASE(each_kind_of_project_has_tasks_that_are_read) {
  for (const auto& [name, built_by, test] : {std::tuple("CMakeLists.txt", "CMake", "ctest "),
                                             {"meson.build", "Meson", "meson test"},
                                             {"configure.ac", "autotools", "make -C"},
                                             {"Cargo.toml", "Cargo", "cargo test"},
                                             {"go.mod", "Go", "cd "},
                                             {"package.json", "npm", "cd "},
                                             {"pyproject.toml", "Python", "cd "},
                                             {"setup.py", "Python", "cd "}}) {
    file(name);
    BOOST_TEST(starting_tasks(directory.path()).built_by == built_by);
    const Definition read = definition();
    BOOST_TEST(!read.needs.empty(), name);
    BOOST_TEST(read.tasks.back().name == "Test");
    BOOST_TEST(read.tasks.back().commands.back().run.starts_with(test),
               read.tasks.back().commands.back().run);
    BOOST_TEST((read.tasks.back().commands.back().tests != TestFormat::none));
    BOOST_TEST(read.repositories.front().url == "a \"b\" \\c");
    std::filesystem::remove(directory / name);
  }
}

BOOST_AUTO_TEST_CASE(of_make_only_the_targets_that_are_there) {
  file("Makefile", "all:\n\ttrue\n");
  BOOST_TEST(definition().tasks.size() == 1U);
  file("Makefile", "all:\n\ttrue\ntest: all\n\ttrue\n");
  BOOST_TEST(definition().tasks.back().commands.back().run.ends_with(" test"));
}

BOOST_AUTO_TEST_CASE(an_example_where_nothing_tells) {
  BOOST_TEST(starting_tasks(directory.path()).built_by.empty());
  BOOST_TEST(definition().tasks.size() == 3U);
}

BOOST_AUTO_TEST_SUITE_END()

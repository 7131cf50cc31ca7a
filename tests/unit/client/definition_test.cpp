#include "client/definition.hpp"

#include <fstream>

#include "support/support.hpp"

using namespace testfarm;

namespace {
struct Fixture {
  TemporaryDirectory directory;
  Path file = directory / "testfarm.toml";
  Result<Definition> read(const std::string& text) const {
    std::ofstream(file) << text;
    return read_definition(file);
  }
};
constexpr const char* head = "project = \"p\"\nclient = \"c\"\nserver = \"https://ci.example.org/\"\n";
}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_definition, Fixture)

BOOST_AUTO_TEST_CASE(what_init_writes_is_read) {
  const Definition definition =
      must(read(definition_template(client_key("p", "c"), "https://ci.example.org")));
  BOOST_TEST(definition.server == "https://ci.example.org");
  BOOST_TEST(definition.tasks.size() == 3U);
  BOOST_TEST(definition.every == 15 * minute_ms);
  BOOST_TEST(definition.tasks[1].commands[0].timeout == 30 * minute_ms);
  BOOST_TEST(definition.tasks[1].commands[0].info == "last 1");
  BOOST_TEST(!definition.tasks[2].mandatory);
  BOOST_TEST(definition.tasks[0].commands[0].run == "cd " + (directory / "sandbox").string() + "/source");
}

BOOST_AUTO_TEST_CASE(parameters_are_filled_in_and_shell_is_left_alone) {
  const std::map<std::string, std::string> parameters{{"a", "1"}, {"b", "two words"}};
  BOOST_TEST(with_parameters("x {a} {b}{a}", parameters) == "x 1 two words1");
  BOOST_TEST(with_parameters("${a} {c} {a,b} { a; } awk '{print}' {", parameters) ==
             "${a} {c} {a,b} { a; } awk '{print}' {");
}

BOOST_AUTO_TEST_CASE(all_mistakes_at_once_with_their_places) {
  const auto result =
      read(std::string(head) +
           "every = \"often\"\ncolour = 1\n[[repository]]\nbranch = 5\n[[task]]\nkind = \"cook\"\ncommands = "
           "[]\n[[task]]\nname = \"x\"\ncommands = [{ run = 5, timeuot = \"1m\" }]\n");
  BOOST_REQUIRE(!result.has_value());
  const std::string& message = result.error().context;
  for (const char* part : {":4:", "every must be a duration", "'colour'", "url = \"…\" is missing",
                           "branch must be a text", "name = \"…\" is missing", "kind must be one of",
                           "commands = [\"…\"] is missing or empty", "run must be a text", "'timeuot'"})
    BOOST_TEST(message.find(part) != std::string::npos, part << " in " << message);
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_named) {
  BOOST_TEST(read(head).error().context.find("no [[repository]]") != std::string::npos);
  BOOST_TEST(read("").error().context.find("project = ") != std::string::npos);
  BOOST_TEST((read_definition(directory / "none.toml").error().kind == ErrorKind::not_found));
}

BOOST_AUTO_TEST_SUITE_END()

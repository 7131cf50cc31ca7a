#include "client/definition/definition.hpp"

#include "base/glob.hpp"
#include "client/definition/parameters.hpp"

#include <fstream>

#include "client/definition/read_definitions.hpp"
#include "client/definition/template.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace client_definition_read_definitions {
struct Fixture {
  TemporaryDirectory directory;
  Path file = directory / "testfarm.toml";
  Result<std::vector<Definition>> read_all(const std::string& text, const std::string& local = {}) const {
    std::ofstream(file) << text;
    if (!local.empty()) std::ofstream(directory / "testfarm.local.toml") << local;
    return read_definitions(file);
  }
  Result<Definition> read(const std::string& text, const std::string& local = {}) const {
    TRY_SET(auto all, read_all(text, local));
    return std::move(all.front());
  }
  std::vector<std::string> mistakes(const std::string& text) const {
    const auto result = read_all(text);
    BOOST_REQUIRE(!result.has_value());
    std::vector<std::string> lines;
    for (const auto line : split_lines(result.error().context)) lines.emplace_back(line);
    return lines;
  }
};
constexpr const char* head = "project = \"p\"\nclient = \"c\"\nserver = \"https://ci.example.org/\"\n";
}  // namespace client_definition_read_definitions

BOOST_FIXTURE_TEST_SUITE(client_definition_read_definitions, client_definition_read_definitions::Fixture)

BOOST_AUTO_TEST_CASE(what_init_writes_is_read) {
  const Definition definition =
      must(read(definition_template(client_key("p", "c"), "https://ci.example.org")));
  BOOST_TEST(definition.servers[0].url == "https://ci.example.org");
  BOOST_TEST(definition.tasks.size() == 3U);
  BOOST_TEST(definition.schedule.every == 15 * minute_ms);
  BOOST_TEST(definition.tasks[1].commands[0].timeout == 30 * minute_ms);
  BOOST_TEST(definition.tasks[1].commands[0].info[0].lines == 1U);
  BOOST_TEST(!definition.tasks[2].mandatory);
  BOOST_TEST(definition.tasks[0].commands[0].run == "cd " + (directory / "sandbox").string() + "/source");
}

BOOST_AUTO_TEST_CASE(parameters_are_filled_in_and_shell_is_left_alone) {
  const Parameters parameters{{"a", "1"}, {"b", "two words"}};
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

// Who mistyped the first line learns what it could have been, and of all other mistakes.
BOOST_AUTO_TEST_CASE(a_mistyped_name_hides_no_other_mistake) {
  const auto result = read(
      "project = \"p\"\ncleint = \"box\"\nserver = \"https://ci.example.org\"\nevery = \"often\"\n"
      "[[repository]]\nurl = \"/x\"\n[[task]]\nname = \"t\"\ncommands = [\"true\"]\n");
  BOOST_REQUIRE(!result.has_value());
  const std::string& message = result.error().context;
  for (const char* part :
       {"client = \"…\" is missing", "'cleint'; did you mean client?", "every must be a duration"})
    BOOST_TEST(message.find(part) != std::string::npos, part << " in " << message);
  BOOST_TEST(message.find("is empty") == std::string::npos, message);
}

BOOST_AUTO_TEST_CASE(a_duration_needs_a_unit) {
  const auto told =
      mistakes(head + std::string("timeout = 600\nsilence = \"90\"\nevery = 0\n[[repository]]\nurl = "
                                  "\"/x\"\n[[task]]\nname = \"t\"\ncommands = [\"true\"]\n"));
  BOOST_REQUIRE(told.size() == 2U);
  BOOST_TEST(told[0].find("timeout = 600 has no unit: 600 seconds are \"10m\"") != std::string::npos,
             told[0]);
  BOOST_TEST(told[1].find("silence = 90 has no unit: 90 seconds are \"90s\"") != std::string::npos, told[1]);
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_named) {
  BOOST_TEST(read(head).error().context.find("no [[repository]]") != std::string::npos);
  BOOST_TEST(read("").error().context.find("project = ") != std::string::npos);
  BOOST_TEST(read_definitions(directory / "none.toml").error().kind == ErrorKind::not_found);
}

namespace {
const std::string rest =
    "[[repository]]\nurl = \"/x\"\n[[task]]\nname = \"t\"\ncommands = [\"{made} {tool.flags}\"]\n";
}

BOOST_AUTO_TEST_CASE(parameters_nest_and_use_each_other) {
  const auto definition = must(read(head +
                                    std::string("[parameters]\nmade = \"{tool.name}-{n}\"\nn = "
                                                "3\n[parameters.tool]\nname = \"gcc\"\nflags = \"-O{n}\"\n") +
                                    rest));
  BOOST_TEST(definition.tasks[0].commands[0].run == "gcc-3 -O3");
  const auto circle = mistakes(head + std::string("[parameters]\na = \"{b}\"\nb = \"x{a}\"\n") + rest);
  BOOST_REQUIRE(circle.size() == 1U);
  BOOST_TEST(circle[0].find("uses itself") != std::string::npos, circle[0]);
}

BOOST_AUTO_TEST_CASE(a_local_file_lies_over_it) {
  const auto definition = must(read(head + std::string("[parameters]\nmade = \"theirs\"\nkept = 1\n") + rest,
                                    "every = \"2h\"\n[parameters]\nmade = \"mine\"\n"));
  BOOST_TEST(definition.tasks[0].commands[0].run == "mine {tool.flags}");
  BOOST_TEST(definition.schedule.every == 2 * hour_ms);
  const auto wrong = read_all(head + rest, "every = \"never\"\n");
  BOOST_TEST(wrong.error().context.find("testfarm.local.toml:1:9: every") != std::string::npos,
             wrong.error().context);
}

BOOST_AUTO_TEST_CASE(one_file_for_several_clients) {
  const auto all =
      must(read_all("project = \"p\"\nserver = \"https://x\"\n" + rest +
                    "[[variant]]\nclient = \"gcc\"\n[variant.parameters]\nmade = \"g++\"\n"
                    "[[variant]]\nclient = \"clang\"\n[variant.parameters]\nmade = \"clang++\"\n"));
  BOOST_REQUIRE(all.size() == 2U);
  BOOST_TEST(all[1].client.client.text() == "clang");
  BOOST_TEST(all[1].tasks[0].commands[0].run.starts_with("clang++"));
  BOOST_TEST(all[0].state_directory != all[1].state_directory);
  BOOST_TEST(all[0].sandbox != all[1].sandbox);
  BOOST_TEST(all[0].servers[0].key_file != all[1].servers[0].key_file);
  BOOST_TEST(mistakes("project = \"p\"\nserver = \"x\"\n" + rest +
                      "[[variant]]\nclient = \"a\"\n[[variant]]\nclient = \"a\"\n")
                 .size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_task_may_have_services) {
  const std::string task = "[[task]]\nname = \"t\"\ncommands = [\"true\"]\n[[task.service]]\n";
  const std::string repository = "[[repository]]\nurl = \"/x\"\n";
  const auto definition =
      must(read(head + repository + "[parameters]\nport = 5433\n" + task +
                "name = \"database\"\nrun = \"postgres -p {port}\"\nready = \"pg_isready -p "
                "{port}\"\nready_within = \"5s\"\nenv = { PGDATA = \"{sandbox}/db\" }\n"));
  const ServiceDefinition& service = definition.tasks[0].services.at(0);
  BOOST_TEST(service.run == "postgres -p 5433");
  BOOST_TEST(service.ready == "pg_isready -p 5433");
  BOOST_TEST(service.ready_within == 5 * second_ms);
  BOOST_TEST(service.environment.at("PGDATA").ends_with("/sandbox/db"));
  const auto told = mistakes(head + repository + task +
                             "name = \"a\"\nrun = \"\"\n[[task.service]]\nname = "
                             "\"a\"\nstart = \"x\"\n");
  BOOST_TEST(told.size() == 3U);
}

BOOST_AUTO_TEST_CASE(tasks_are_left_out) {
  const auto definition =
      must(read(head + rest +
                "[[task]]\nname = \"off\"\nenabled = false\ncommands = [\"x\"]\n"
                "[[task]]\nname = \"mars\"\nplatforms = [\"marsos\"]\ncommands = [\"x\"]\n"
                "[[task]]\nname = \"here\"\nplatforms = [\"linux\", \"bsd\"]\ncommands = [\"x\"]\n"));
  BOOST_TEST(definition.tasks.size() == 2U);
  BOOST_TEST(definition.left_out ==
             (std::vector<std::string>{"off: switched off", "mars: not for this platform"}));
}

BOOST_AUTO_TEST_CASE(everything_that_a_command_can_say) {
  const auto definition = must(read(
      head +
      std::string(
          "silence = \"10m\"\n[[repository]]\nurl = \"/x\"\nbranches = [\"main\", \"r/*\"]\ntags = \"v*\"\n"
          "updates = \"each\"\nignore = [\"docs/**\"]\n[schedule]\nhours = [\"22:00-06:30\", "
          "\"12-13\"]\nmax_load = 1.5\nfree_disk = \"2G\"\nforce_after = \"7d\"\n"
          "[[task]]\nname = \"t\"\nrepeat = 3\ncommands = [{ run = \"x\", junit = \"b/*.xml\", tests = "
          "\"auto\", stats = [\"time\", \"memory\"], info = \"match ^a\", "
          "success = \"without FAIL\", keep_output = \"on-failure\", env = { A = \"{source}\", B = 2 }, "
          "silence = \"1m\" }]\n")));
  const CommandDefinition& command = definition.tasks[0].commands[0];
  BOOST_TEST(command.silence == minute_ms);
  BOOST_TEST((command.tests == TestFormat::automatic));
  BOOST_TEST((command.keep_output == KeepOutput::on_failure));
  BOOST_TEST(command.environment.at("A") == definition.repositories[0].directory.string());
  BOOST_TEST((command.success->kind == Modifier::Kind::without));
  BOOST_TEST((definition.schedule.hours == std::vector<std::pair<int, int>>{{1320, 390}, {720, 780}}));
  BOOST_TEST(definition.schedule.free_disk == std::uint64_t{2} << 30);
  BOOST_TEST((definition.repositories[0].updates == Updates::each));
}

BOOST_AUTO_TEST_CASE(secrets_are_named_and_found) {
  setenv("TESTFARM_TEST_TOKEN", "very secret", 1);
  const std::string secrets = "secrets = [\"TESTFARM_TEST_TOKEN\", \"deploy.password\"]\n";
  const auto definition = must(read(head + secrets + rest, "[parameters.deploy]\npassword = \"hunter2\"\n"));
  BOOST_TEST(definition.secrets == (std::vector<std::string>{"very secret", "hunter2"}));
  BOOST_TEST(any_glob_matches(definition.pass, "TESTFARM_TEST_TOKEN"));
  const auto missing = mistakes(head + std::string("secrets = \"NO_SUCH\"\n") + rest);
  BOOST_TEST(missing[0].find("NO_SUCH") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_the_farm_would_refuse_is_told_here) {
  const std::string start = head + std::string("[[repository]]\nurl = \"/x\"\n[[task]]\nname = \"t\"\n");
  BOOST_TEST(mistakes(start + "commands = [\"grep '\\bfoo\\b' log\"]\n").size() == 1U);
  BOOST_TEST(mistakes(start + "commands = [\"\"]\n").size() == 1U);
  BOOST_TEST(
      mistakes(head +
               std::string("[[repository]]\nurl = \"/x\"\n[[task]]\nname = \"a\\tb\"\ncommands = [\"x\"]\n"))
          .size() == 1U);
}

BOOST_AUTO_TEST_CASE(twenty_mistakes_get_twenty_messages) {
  const auto told = mistakes(R"(project = "p"
client = "c"
server = "ftp://ci.example.org"
every = "often"
timeuot = "1h"
secrets = ["TESTFARM_NO_SUCH"]
[facts]
compiler = 12
[parameters]
prefix = [1]
[schedule]
hours = ["night"]
max_load = "low"
[[repository]]
url = "/x"
branch = "main"
branches = ["a*"]
updates = "every"
[[repository]]
vcs = "commands"
remote = "x"
[[task]]
name = "Build"
kind = "biuld"
mandatory = "yes"
commands = [ 5, { run = "make", info = "first", stats = "number x", success = "match (", junit = 7 } ]
[[task]]
name = "Build"
repeat = 0
commands = []
[[task]]
commands = [ "cd {sandbxo}" ]
)");
  for (const auto& line : told) BOOST_TEST(line.starts_with(file.string() + ":"), line);
  for (const char* part : {"server must begin with http",
                           "every must be a duration",
                           "did you mean timeout?",
                           "the secret TESTFARM_NO_SUCH",
                           "the fact compiler",
                           "the parameter prefix",
                           "hours must be like",
                           "max_load must be a number",
                           "either branch or branches",
                           "updates must be one of: newest, each, merges",
                           "update = \"…\" is missing",
                           "there is a repository 'source' already",
                           "did you mean build?",
                           "mandatory must be true or false",
                           "a command must be a text or a table",
                           "info wants to be \"first N\"",
                           "stats wants to be \"number NAME = REGEX\"",
                           "success '(' is no regular expression",
                           "junit must be a list",
                           "there is a task 'Build' already",
                           "repeat must be a whole number from 1",
                           "commands = [\"…\"] is missing or empty",
                           "name = \"…\" is missing",
                           "there is no parameter {sandbxo}; did you mean {sandbox}?"})
    BOOST_TEST(std::any_of(told.begin(), told.end(),
                           [&](const std::string& line) { return line.find(part) != std::string::npos; }),
               part);
  BOOST_TEST(told.size() == 24U);
}

BOOST_AUTO_TEST_SUITE_END()

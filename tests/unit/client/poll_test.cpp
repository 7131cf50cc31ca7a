#include "client/poll.hpp"

#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "client/reason_to_wait.hpp"
#include "client/report/key_file.hpp"
#include "client/report/known_farm.hpp"
#include "store/clients/register.hpp"
#include "store/clients/state.hpp"
#include "store/rename.hpp"
#include "support/network.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace client_poll {

// A client with a real repository, real commands and a real endpoint, all in this process.
struct Fixture {
  TemporaryFarm farm;
  ClientKey client = farm.client();
  FakeNetwork network{farm};
  Console console{stderr, Console::Style::quiet};
  Definition definition{.client = client,
                        .servers = {{"https://ci.example.org", client, farm.path() / "key"}},
                        .file = farm.path() / "testfarm.toml",
                        .state_directory = farm.path() / "client",
                        .marks_directory = farm.path() / "client",
                        .sandbox = farm.path() / "sandbox",
                        .pass = {"PATH"}};
  RunOptions options;

  Fixture() {
    must(write_key_file(farm.path() / "key", {farm.keys_of(client), {client, 1}}));
    RepositoryDefinition& repository = definition.repositories.emplace_back();
    repository.name = "source";
    repository.url = (farm.path() / "origin").string();
    repository.branches = {"main"};
    repository.directory = farm.path() / "sandbox/source";
    definition.schedule.every = minute_ms;
    add_task("Build", {"cat source/f"});
    git("init -q -b main .");
    commit("one");
  }
  void add_task(const std::string& name, const std::vector<std::string>& lines) {
    TaskDefinition& task = definition.tasks.emplace_back();
    task.name = name;
    for (const auto& line : lines) {
      CommandDefinition& command = task.commands.emplace_back();
      command.run = line;
      command.timeout = minute_ms;
    }
  }
  void git(const std::string& arguments) const {
    const std::string origin = (farm.path() / "origin").string();
    BOOST_REQUIRE(std::system(concat("mkdir -p ", origin, " && cd ", origin,
                                     " && git -c user.name=A -c user.email=a@b -c core.hooksPath=/dev/null ",
                                     arguments, " >/dev/null 2>&1")
                                  .c_str()) == 0);
  }
  void commit(const std::string& text) const {
    must(replace_file(farm.path() / "origin/f", text + '\n', Sync::no));
    git("add f");
    git(concat("commit -q -m '", text, "'"));
  }
  std::unique_ptr<Session> open() {
    const Connect connect = [this]() -> Result<std::unique_ptr<Transport>> {
      return std::make_unique<Door>(network);
    };
    return must(Session::open(definition, farm.clock(), console, connect));
  }
  // An execution that no farm has heard of.
  void keep_one() {
    const auto session = open();
    SpoolWriter writer = must(session->main().spool().begin());
    must(writer.add(ExecutionStarted{.branch = "main", .reason = Reason::change}));
    must(writer.add(ExecutionEnded{Outcome::passed, 1, {}}));
    must(writer.sync());
  }
  Result<RunReport> go() {
    const auto session = open();
    session->follow_requests();
    auto report = poll_and_run(*session, options);
    farm.clock().pass(second_ms);
    return report;
  }
  // Newest first.
  std::vector<Summary> summaries() {
    farm.settle();
    std::vector<Summary> all;
    for (const auto& row : farm.executions(client)) all.push_back(row.summary);
    return all;
  }
  std::string ask(RequestType what) {
    return must(request_of_client(farm.layout(), client, what, {}, farm.clock().now()));
  }
  std::size_t requests() const { return must(read_client_register(farm.layout(), client)).requests.size(); }
};

}  // namespace client_poll

BOOST_FIXTURE_TEST_SUITE(client_poll, client_poll::Fixture)

BOOST_AUTO_TEST_CASE(tests_what_is_new_and_only_that) {
  BOOST_TEST(must(go()).executions == 1U);
  BOOST_TEST(must(go()).executions == 0U);
  commit("two");
  const RunReport report = must(go());
  BOOST_TEST(report.executions == 1U);
  BOOST_TEST(report.reported);
  const auto all = summaries();
  BOOST_REQUIRE(all.size() == 2U);
  BOOST_TEST(all[0].reason == Reason::change);
  options.force = true;
  BOOST_TEST(must(go()).executions == 1U);
  BOOST_TEST(summaries()[0].reason == Reason::forced);
}

BOOST_AUTO_TEST_CASE(each_commit_of_each_branch) {
  definition.repositories[0].updates = Updates::each;
  definition.repositories[0].branches = {"main", "release/*"};
  go();
  git("branch release/1");
  commit("two");
  commit("three");
  BOOST_TEST(must(go()).executions == 3U);
  std::map<std::string, int> branches;
  for (const Summary& summary : summaries()) ++branches[summary.branch];
  BOOST_TEST((branches == std::map<std::string, int>{{"main", 3}, {"release/1", 1}}));
}

BOOST_AUTO_TEST_CASE(tags_that_come_are_tested_and_old_ones_are_not) {
  definition.repositories[0].tags = {"v*"};
  git("tag v1");
  BOOST_TEST(must(go()).executions == 1U);
  git("tag v2");
  BOOST_TEST(must(go()).executions == 1U);
  BOOST_TEST(summaries()[0].branch == "v2");
  BOOST_TEST(must(go()).executions == 0U);
}

// The maintainer learns which branches need not be counted any more.
BOOST_AUTO_TEST_CASE(a_branch_that_is_gone_is_told_until_it_is_back) {
  definition.repositories[0].branches = {"main", "release/*"};
  const auto told = [&] { return must(read_client_state(farm.layout(), client)).gone; };
  git("branch release/1");
  go();
  BOOST_TEST(told().empty());
  git("branch -D release/1");
  go();
  BOOST_TEST((told() == std::vector<std::string>{"release/1"}));
  must(report_only(*open()));  // without a look
  BOOST_TEST((told() == std::vector<std::string>{"release/1"}));
  git("branch release/1");
  go();
  BOOST_TEST(told().empty());
  // Which is not the same as one that nobody wants any more.
  definition.repositories[0].branches = {"main"};
  go();
  BOOST_TEST(told().empty());
}

BOOST_AUTO_TEST_CASE(it_learns_its_names_and_its_owner_may_write_any) {
  const auto called = [&] {
    const auto names = read_known_farm(definition.servers[0].key_file).names;
    return names.empty() ? std::string() : name_of(names.back());
  };
  go();
  BOOST_TEST(called() == "");
  must(rename_client(farm.layout(), client, client_key("p", "new").client, 5));
  commit("two");
  BOOST_TEST(must(go()).reported);
  BOOST_TEST(called() == "p/new");
  // What waits goes with it, whoever it was written as.
  keep_one();
  definition.servers[0].client = client_key("p", "new");
  commit("three");
  BOOST_TEST(must(go()).reported);
  BOOST_TEST(must(spools_aside(definition.state_directory, {definition.state_directory / "spool"})).empty());
  // A second name, and then a farm that was restored from a copy of before them all.
  must(rename_client(farm.layout(), client, client_key("p", "newer").client, 6));
  commit("four");
  BOOST_TEST(must(go()).reported);
  BOOST_TEST(called() == "p/newer");
  must(rename_client(farm.layout(), client, client.client, 7));
  BOOST_TEST(must(go()).reported);
  BOOST_TEST(called() == "p/c");
  must(rename_client(farm.layout(), client, client_key("p", "newer").client, 8));
  must(remove_file(farm.layout().names_file()));
  farm.clock().pass(2 * second_ms);
  commit("five");
  BOOST_TEST(must(go()).reported);
  // A key of somebody else is none, there and back or not.
  definition.servers[0].client = client_key("p", "other");
  BOOST_TEST(registered_secret(definition.servers[0]).error().context.find("and not for p/other") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(after_days_without_changes_it_runs_all_the_same) {
  definition.schedule.force_after = 7 * day_ms;
  go();
  farm.clock().pass(6 * day_ms);
  BOOST_TEST(must(go()).executions == 0U);
  farm.clock().pass(day_ms);
  BOOST_TEST(must(go()).executions == 1U);
  BOOST_TEST(summaries()[0].reason == Reason::schedule);
}

BOOST_AUTO_TEST_CASE(back_to_back) {
  definition.schedule.every = 0;
  BOOST_TEST(must(go()).executions == 1U);
  BOOST_TEST(must(go()).executions == 1U);
}

BOOST_AUTO_TEST_CASE(a_revision_of_ones_own_is_not_remembered) {
  commit("two");
  options.revision = "HEAD~1";
  go();
  options = {};
  must(go());
  options.revision = "main~1";
  BOOST_TEST(!go().has_value());  // no such name in the clone
}

BOOST_AUTO_TEST_CASE(a_part_is_seen_here_only) {
  add_task("Test", {"touch tested"});
  options.tasks = {"Test"};
  BOOST_TEST(must(go()).executions == 1U);
  BOOST_TEST(file_exists(farm.path() / "sandbox/tested"));
  BOOST_TEST(summaries().empty());
  options.tasks = {"Nonsense"};
  BOOST_TEST(go().error().kind == ErrorKind::not_found);
}

BOOST_AUTO_TEST_CASE(a_repository_that_is_away_is_trouble_told_once) {
  definition.repositories[0].url = (farm.path() / "nowhere").string();
  for (int i = 0; i < 3; ++i) BOOST_TEST(go().error().kind == ErrorKind::unavailable);
  const auto all = summaries();
  BOOST_REQUIRE(all.size() == 1U);
  BOOST_TEST(all[0].progress == Progress::trouble);
  BOOST_TEST(all[0].ended_because.find("nowhere") != std::string::npos);
  farm.clock().pass(7 * hour_ms);
  BOOST_TEST(!go().has_value());
  BOOST_TEST(summaries().size() == 2U);
}

BOOST_AUTO_TEST_CASE(without_a_network_nothing_is_said_of_repositories) {
  definition.repositories[0].url = (farm.path() / "nowhere").string();
  network.trouble = std::vector<std::string>(50, "lost request");
  BOOST_TEST(!go().has_value());
  network.trouble.clear();
  must(open()->remember());
  BOOST_TEST(summaries().empty());
}

// The commit that breaks its own definition is red, by a command that says what is wrong.
BOOST_AUTO_TEST_CASE(a_repository_brings_its_tasks) {
  const auto say = [&](const std::string& text) {
    must(replace_file(farm.path() / "origin/ci.toml", text, Sync::no));
    git("add ci.toml");
    git("commit -q -m ci");
    must(go());
    return summaries().front();
  };
  definition.repositories.front().definition = "ci.toml";
  definition.limits.timeout = minute_ms;
  const Summary before = say("[[task]]\nname = \"Theirs\"\ncommands = [\"cat source/f\"]\n");
  BOOST_TEST((before.progress == Progress::passed));
  BOOST_REQUIRE(before.tasks.size() == 2U);
  BOOST_TEST(before.tasks[1].name == "Theirs");
  const Summary broken = say("[[task]]\nname = \"Theirs\"\ncommands = [\"true\"]\nmandatroy = true\n");
  BOOST_TEST((broken.progress == Progress::failed));
  BOOST_REQUIRE(broken.failures.size() == 1U);
  BOOST_TEST(broken.failures.front().says.find("mandatroy") != std::string::npos,
             broken.failures.front().says);
  BOOST_TEST((say("[[task]]\nname = \"Theirs\"\ncommands = [\"true\"]\n").progress == Progress::passed));
  options.tasks = {"Theirs"};
  options.force = true;
  BOOST_TEST((must(go()).worst == Outcome::passed));
}

BOOST_AUTO_TEST_CASE(a_missing_program_is_trouble_and_not_red) {
  add_task("Compile", {"CC=x gcc-that-is-not-there -c x.c"});
  BOOST_TEST(must(go()).worst == Outcome::trouble);
  BOOST_TEST(summaries()[0].ended_because == "this machine has no program gcc-that-is-not-there");
  // Throttled: not at each check.
  BOOST_TEST(must(go()).executions == 0U);
  farm.clock().pass(2 * hour_ms);
  BOOST_TEST(must(go()).executions == 1U);
  definition.needs = {"sh", "gcc-that-is-not-there"};
  BOOST_TEST(go().error().context.find("needs") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_room_on_the_disk_is_trouble) {
  definition.schedule.free_disk = std::uint64_t{1} << 60;
  BOOST_TEST(must(go()).worst == Outcome::trouble);
  BOOST_TEST(reason_to_wait(definition.schedule, farm.path(), farm.clock()).find("disk") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(commands_see_branch_and_revision) {
  add_task("Say", {"test \"$TESTFARM_BRANCH\" = main && test ${#TESTFARM_REVISION} = 40"});
  BOOST_TEST(must(go()).worst == Outcome::passed);
}

BOOST_AUTO_TEST_CASE(the_farm_asks_for_a_run) {
  go();
  ask(RequestType::run);
  // Heard with the answer to this look's heartbeat; the next one follows.
  const auto session = open();
  session->send_heartbeat(Activity::waiting, {}, 5);
  session->follow_requests();
  BOOST_TEST(must(poll_and_run(*session, options)).executions == 1U);
  BOOST_TEST(summaries()[0].reason == Reason::requested);
  BOOST_TEST(requests() == 0U);
}

BOOST_AUTO_TEST_CASE(the_farm_aborts_what_runs) {
  add_task("Long", {"sleep 60"});
  ask(RequestType::abort);
  BOOST_TEST(must(go()).worst == Outcome::aborted);
  BOOST_TEST(summaries()[0].progress == Progress::aborted);
  BOOST_TEST(requests() == 0U);
}

BOOST_AUTO_TEST_CASE(the_farm_pauses_and_resumes) {
  ask(RequestType::pause);
  const auto session = open();
  session->send_heartbeat(Activity::waiting, {}, 5);
  session->follow_requests();
  BOOST_TEST(session->paused());
  session->send_heartbeat(Activity::paused, {}, 5);
  BOOST_TEST(requests() == 0U);
  ask(RequestType::resume);
  session->resend_heartbeat();
  session->follow_requests();
  BOOST_TEST(!session->paused());
  BOOST_TEST(!read_control(definition.state_directory).paused);
}

BOOST_AUTO_TEST_CASE(several_farms_get_the_same) {
  const ClientKey other = farm.client("other");
  must(write_key_file(farm.path() / "other.key", {farm.keys_of(other), {other, 1}}));
  definition.servers.push_back({"https://ci.example.org", other, farm.path() / "other.key"});
  must(go());
  commit("two");
  must(go());
  farm.settle();
  BOOST_TEST(farm.executions(client).size() == 2U);
  BOOST_TEST(farm.executions(other).size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_wall_clock_that_jumps_changes_no_duration_and_no_order) {
  go();
  for (const Millis jump : {-3650 * day_ms, 3650 * day_ms}) {
    const Millis before = farm.clock().now();
    farm.clock().jump(before + jump);
    commit(concat("at ", jump));
    // The farm's own clock is another machine's: it stays.
    const auto session = open();
    farm.clock().jump(before);
    must(poll_and_run(*session, options));
    farm.clock().pass(minute_ms);
  }
  const auto all = summaries();
  BOOST_REQUIRE(all.size() == 3U);
  BOOST_TEST(all[0].started_at > all[1].started_at);
  BOOST_TEST(all[1].started_at > all[2].started_at);
  for (const Summary& summary : all) BOOST_TEST(summary.duration < minute_ms);
}

BOOST_AUTO_TEST_CASE(tags_alone_and_none_yet) {
  definition.repositories[0].branches.clear();
  definition.repositories[0].tags = {"v*"};
  BOOST_TEST(!go().has_value());  // none is there: told as trouble, under some name
  BOOST_TEST(summaries().at(0).progress == Progress::trouble);
  git("tag v1");
  farm.clock().pass(2 * hour_ms);
  must(go());
  git("tag v2");
  must(go());
  BOOST_TEST(summaries().at(0).branch == "v2");
  options.force = true;
  BOOST_TEST(must(go()).executions == 0U);  // tags do not move
}

BOOST_AUTO_TEST_CASE(a_missing_script_of_the_code_is_red) {
  add_task("Test", {"cd source && ./run-tests-that-are-gone"});
  BOOST_TEST(must(go()).worst == Outcome::failed);
  definition.tasks.back().commands[0].run = "./also-gone";
  options.force = true;
  BOOST_TEST(must(go()).worst == Outcome::failed);
}

BOOST_AUTO_TEST_CASE(a_command_that_says_nothing_is_aborted_too) {
  add_task("Silent", {"sleep 60"});
  definition.tasks.back().commands[0].keep_output = KeepOutput::never;
  const auto session = open();
  std::thread later([&] {
    usleep(700'000);
    ask(RequestType::abort);
    session->resend_heartbeat();
  });
  BOOST_TEST(must(poll_and_run(*session, options)).worst == Outcome::aborted);
  later.join();
}

BOOST_AUTO_TEST_CASE(another_farm_does_not_get_what_this_one_got) {
  go();
  const ClientKey other = farm.client("other");
  must(write_key_file(farm.path() / "key", {farm.keys_of(other), {other, 1}}));
  definition.client = other;
  definition.servers[0].client = other;
  must(go());
  farm.settle();
  BOOST_TEST(farm.executions(other).empty());  // nothing new, and nothing old
}

// What was kept for it waits, and goes when the definition names that client again.
BOOST_AUTO_TEST_CASE(a_client_that_comes_back_takes_up_what_was_kept) {
  keep_one();
  const ClientKey mine = client;
  const ClientKey other = farm.client("other");
  const auto work_as = [&](const ClientKey& who) {
    must(write_key_file(farm.path() / "key", {farm.keys_of(who), {who, 1}}));
    definition.client = who;
    definition.servers[0].client = who;
  };
  work_as(other);
  must(go());
  BOOST_TEST(summaries().empty());
  const auto aside = must(spools_aside(definition.state_directory, {definition.state_directory / "spool"}));
  BOOST_REQUIRE(aside.size() == 1U);
  BOOST_TEST(aside[0].farm == "https://ci.example.org p/c");
  work_as(mine);
  BOOST_TEST(must(go()).reported);
  BOOST_TEST(summaries().size() == 1U);
  BOOST_TEST(must(spools_aside(definition.state_directory, {definition.state_directory / "spool"})).size() ==
             1U);
}

BOOST_AUTO_TEST_CASE(a_farm_that_moved_gets_what_was_kept_for_it) {
  keep_one();
  definition.servers[0].url = "https://ci.example.net";
  BOOST_TEST(must(open()->main().spool().pending()).size() == 1U);
  definition.servers[0].url = "https://ci.example.org";
  BOOST_TEST(must(go()).reported);
  BOOST_TEST(summaries().size() == 2U);  // what was kept, and what is new
}

BOOST_AUTO_TEST_CASE(trouble_that_the_definition_mended_is_tried_at_once) {
  must(replace_file(definition.file, "# one", Sync::no));
  add_task("Compile", {"gcc-that-is-not-there -c x.c"});
  BOOST_TEST(must(go()).worst == Outcome::trouble);
  const RunReport waiting = must(go());
  BOOST_TEST(waiting.executions == 0U);
  BOOST_TEST(waiting.waits.find("gcc-that-is-not-there") != std::string::npos, waiting.waits);
  must(replace_file(definition.file, "# two", Sync::no));
  definition.tasks[1].commands[0].run = "true";
  BOOST_TEST(must(go()).worst == Outcome::passed);
}

BOOST_AUTO_TEST_CASE(an_execution_says_that_its_clone_was_made_anew) {
  must(go());
  must(replace_file(definition.repositories[0].directory / ".git/HEAD", "", Sync::no));
  commit("two");
  BOOST_TEST(must(go()).worst == Outcome::passed);
  BOOST_TEST(summaries()[0].ended_because.find("source: its clone is made anew") != std::string::npos,
             summaries()[0].ended_because);
}

// From cron: outside of the hours what is kept goes, and nothing begins.
BOOST_AUTO_TEST_CASE(reporting_only) {
  keep_one();
  commit("two");
  BOOST_TEST(must(report_only(*open())).reported);
  BOOST_TEST(summaries().size() == 1U);
}

BOOST_AUTO_TEST_CASE(secrets_in_what_repositories_say_stay_here) {
  definition.secrets = {"hunter2-hunter2"};
  definition.facts["note"] = "hunter2-hunter2";
  definition.repositories[0].vcs = Vcs::commands;
  definition.repositories[0].remote = "echo could not log in as ci:hunter2-hunter2 >&2; false";
  BOOST_TEST(!go().has_value());
  for (const auto& [path, bytes] : contents_of(farm.layout().root()))
    BOOST_TEST(bytes.find("hunter2-hunter2") == std::string::npos, path);
  BOOST_TEST(summaries().at(0).ended_because.find("***") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(hours_of_the_day) {
  setenv("TZ", "UTC", 1);
  tzset();
  Schedule schedule;
  schedule.hours = {{22 * 60, 6 * 60}};
  const auto waits = [&](int hour) {
    FakeClock clock;
    clock.jump(1795219200000 + hour * hour_ms);
    return !reason_to_wait(schedule, "/", clock).empty();
  };
  BOOST_TEST(!waits(23));
  BOOST_TEST(!waits(5));
  BOOST_TEST(waits(6));
  BOOST_TEST(waits(12));
}

BOOST_AUTO_TEST_SUITE_END()

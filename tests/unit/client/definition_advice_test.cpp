#include "client/definition_advice.hpp"

#include <fstream>

#include "client/definition/read_definitions.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace client_definition_advice {

struct Fixture {
  TemporaryDirectory directory;

  // Of a definition with this url and command.
  std::string advice(const std::string& command, const std::string& top = {},
                     const std::string& url = "/srv/thing") {
    const Path file = directory / "testfarm.toml";
    must(replace_file(file,
                      concat("project = \"p\"\nclient = \"c\"\nserver = \"https://ci.thing.net\"\n", top,
                             "\n[[repository]]\nurl = \"", url,
                             "\"\n[[task]]\nname = \"Build\"\ncommands = [ ", command, " ]\n"),
                      Sync::no));
    std::string all;
    for (const Advice& one : advice_on(must(read_definitions(file)).front()))
      all += concat(one.bad ? "BAD " : "hint ", one.text, "\n");
    return all;
  }
};

}  // namespace client_definition_advice

BOOST_FIXTURE_TEST_SUITE(client_definition_advice, client_definition_advice::Fixture)

BOOST_AUTO_TEST_CASE(what_is_right_is_not_talked_about) {
  BOOST_TEST(advice(R"("make")") == "");
  BOOST_TEST(advice(R"("cd {source} && awk '{print}' f && echo ${x_y} {a,b}")") == "");
  BOOST_TEST(
      advice(R"({ run = "make", info = ["last 1", "grep -c x", "read a; echo $a"], stats = "time" })") == "");
}

BOOST_AUTO_TEST_CASE(what_cannot_work_is_named) {
  BOOST_TEST(advice(R"("make {no_such_parameter}")")
                 .starts_with("BAD task Build: there is no parameter {no_such_parameter}"));
  BOOST_TEST(advice(R"("make")", "", "https://example.org/x.git")
                 .starts_with("BAD repository source: https://example.org"));
  const std::string slip = advice(R"({ run = "make", stats = "warnngs" })");
  BOOST_TEST(
      slip.find("is neither built in nor a program of this machine; is warnings meant?") != std::string::npos,
      slip);
  BOOST_TEST(advice(R"({ run = "make", info = "no-such-program -x" })").starts_with("BAD"));
}

BOOST_AUTO_TEST_CASE(tee_hides_a_failure) {
  BOOST_TEST(advice(R"("make | tee log")")
                 .starts_with("hint task Build: `make | tee log` succeeds whenever tee does"));
  BOOST_TEST(advice(R"("make | tee log")", "pipefail = true") == "");
}

BOOST_AUTO_TEST_SUITE_END()

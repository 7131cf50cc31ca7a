#include "admin/commands.hpp"

#include "admin/invites.hpp"

#include <sstream>

#include "support/support.hpp"

using namespace testfarm;

namespace admin_commands {
struct Fixture {
  TemporaryFarm farm;
  std::ostringstream out;
  void set(const Path& file, const std::string& from, const std::string& to) const {
    std::string text = must(read_file(file));
    BOOST_REQUIRE(text.find(from) != std::string::npos);
    must(replace_file(file, text.replace(text.find(from), from.size(), to), Sync::no));
  }
};
}  // namespace admin_commands

BOOST_FIXTURE_TEST_SUITE(admin_commands, admin_commands::Fixture)

BOOST_AUTO_TEST_CASE(a_project_takes_so_many_clients_and_no_more) {
  set(farm.layout().farm_toml(), "clients_per_project = 200", "clients_per_project = 2");
  must(invite(farm.layout(), client_key("p", "one"), day_ms, farm.clock(), out));
  must(invite(farm.layout(), client_key("p", "two"), day_ms, farm.clock(), out));
  const auto third = invite(farm.layout(), client_key("p", "three"), day_ms, farm.clock(), out);
  BOOST_REQUIRE(!third.has_value());
  BOOST_TEST(third.error().context.find("clients_per_project") != std::string::npos);
  // One that is there gets another key.
  must(invite(farm.layout(), client_key("p", "two"), day_ms, farm.clock(), out));
}

BOOST_AUTO_TEST_CASE(tokens_are_a_projects_choice) {
  const ClientKey client = farm.client();
  const auto refused = give_token(farm.layout(), client, farm.clock(), out);
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST(refused.error().context.find("tokens = true") != std::string::npos);
  set(farm.layout().project_toml(client.project), "tokens = false", "tokens = true");
  must(give_token(farm.layout(), client, farm.clock(), out));
  BOOST_TEST(out.str().find("X-TestFarm-Token: ") != std::string::npos);
  BOOST_TEST((give_token(farm.layout(), client_key("p", "nobody"), farm.clock(), out).error().kind ==
              ErrorKind::not_found));
}

BOOST_AUTO_TEST_SUITE_END()

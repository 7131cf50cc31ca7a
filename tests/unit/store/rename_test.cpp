#include "store/rename.hpp"

#include <fstream>

#include "store/clients/all_clients.hpp"
#include "store/clients/group_invites.hpp"
#include "store/retired.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace store_rename {
struct Fixture {
  TemporaryFarm farm;
  ClientKey client = farm.client("box");
  Layout layout = farm.layout();
  ErrorKind refused(const ClientKey& called, const char* name) {
    const auto renamed = rename_client(layout, called, client_key("p", name).client, 5);
    BOOST_REQUIRE(!renamed);
    return renamed.error().kind;
  }
};
}  // namespace store_rename

BOOST_FIXTURE_TEST_SUITE(store_rename, store_rename::Fixture)

BOOST_AUTO_TEST_CASE(logs_are_not_moved_and_both_names_lead_there) {
  const Path log = layout.client_log(client);
  must(rename_client(layout, client, client_key("p", "new").client, 5));
  must(rename_project(layout, client.project, project_id("q"), 6));
  BOOST_TEST(layout.client_log(client_key("q", "new")) == log);
  BOOST_TEST(layout.client_log(client) == log);
  const Layout later = must(Layout::of_farm(layout.root()));
  BOOST_TEST(later.client_log(client_key("q", "new")) == log);
  const auto all = must(all_clients(later));
  BOOST_REQUIRE(all.size() == 1U);
  BOOST_TEST(name_of(all[0]) == "q/new");
  BOOST_TEST(file_exists(log));
}

BOOST_AUTO_TEST_CASE(a_name_is_never_given_to_another) {
  const ClientKey other = farm.client("other");
  BOOST_TEST((refused(client, "box") == ErrorKind::bad_input));
  BOOST_TEST((refused(client, "other") == ErrorKind::conflict));
  must(rename_client(layout, client, client_key("p", "new").client, 5));
  for (const char* name : {"box", "new"}) BOOST_TEST((refused(other, name) == ErrorKind::conflict), name);
  BOOST_TEST((refused(client, "new") == ErrorKind::bad_input));
  must(rename_client(layout, client_key("p", "new"), client.client, 6));  // its own
  BOOST_TEST(name_of(layout.names().now(client_key("p", "new"))) == "p/box");
}

// What was written by a name of before is of the one of now.
BOOST_AUTO_TEST_CASE(what_was_retired_or_invited_before_is_so_still) {
  must(retire_client(layout, client, false, 5));
  must(rename_client(layout, client, client_key("p", "new").client, 6));
  BOOST_TEST(must(read_retired(layout, client.project)).client_since(client_key("p", "new").client, 0) == 5);
  must(retire_client(layout, client_key("p", "new"), true, 7));
  BOOST_TEST(must(read_retired(layout, client.project)).client_since(client_key("p", "new").client, 0) == 0);
}

// A group's invite makes new clients only, and its clients come again by it as they are.
BOOST_AUTO_TEST_CASE(a_group_invite_opens_no_name_of_before) {
  const std::string secret =
      must(invite_group(layout, client.project, must(ClientNames::parse("box*")), 5, 1, 100));
  must(rename_client(layout, client, client_key("p", "new").client, 6));
  const KeyPair keys = random_key_pair();
  const auto refused = register_by_group_invite(layout, client, secret, keys.public_key, 10, 7);
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().kind == ErrorKind::bad_input), refused.error().context);
  const ClientKey made = client_key("p", "box-9");
  must(register_by_group_invite(layout, made, secret, keys.public_key, 10, 7));
  must(rename_client(layout, made, client_key("p", "nine").client, 8));
  // Its answer was lost, and it asks by the name that it knows.
  BOOST_TEST(
      must(register_by_group_invite(layout, layout.names().now(made), secret, keys.public_key, 10, 9)) == 1U);
}

BOOST_AUTO_TEST_CASE(a_torn_line_is_skipped_and_stays_alone) {
  std::ofstream(layout.names_file()) << "{\"type\":\"renamed\",\"at\":1,\"proj";
  must(rename_client(layout, client, client_key("p", "new").client, 6));
  BOOST_TEST(name_of(layout.names().now(client)) == "p/new");
}

BOOST_AUTO_TEST_SUITE_END()

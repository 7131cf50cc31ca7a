#include "admin/invites.hpp"

#include <sstream>

#include "admin/commands.hpp"
#include "store/clients/group_invites.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace admin_invites {
struct Fixture {
  TemporaryFarm farm;
  ProjectId project = project_id("p");
  ClientNames names = must(ClientNames::parse("debian-*"));
  std::ostringstream out;
  Fixture() { farm.client("c"); }
};
}  // namespace admin_invites

BOOST_FIXTURE_TEST_SUITE(admin_invites, admin_invites::Fixture)

BOOST_AUTO_TEST_CASE(one_invite_for_several_is_told_listed_and_withdrawn) {
  must(invite_several(farm.layout(), project, names, 3, 7 * day_ms, farm.clock(), out));
  BOOST_TEST(out.str().find("--invite 'p/debian-*/") != std::string::npos, out.str());
  BOOST_TEST(out.str().find("up to 3 clients debian-*") != std::string::npos, out.str());
  out.str("");
  must(list_clients(farm.layout(), project, farm.clock(), out));
  BOOST_TEST(out.str().find("p/debian-*  open invite, made 0 of 3 clients, until ") != std::string::npos,
             out.str());
  must(withdraw(farm.layout(), project, names, farm.clock(), out));
  BOOST_TEST(out.str().find("Withdrew 1 open invite of p/debian-*") != std::string::npos, out.str());
  out.str("");
  must(list_clients(farm.layout(), project, farm.clock(), out));
  BOOST_TEST(out.str().find("debian") == std::string::npos, out.str());
}

BOOST_AUTO_TEST_CASE(what_is_not_there_or_too_much_is_told) {
  const auto nowhere = invite_several(farm.layout(), project_id("q"), names, 3, day_ms, farm.clock(), out);
  BOOST_TEST((nowhere.error().kind == ErrorKind::not_found));
  const auto many = invite_several(farm.layout(), project, names, 1000, day_ms, farm.clock(), out);
  BOOST_TEST(many.error().context.find("p has 1 client, and clients_per_project in ") != std::string::npos);
  BOOST_TEST(many.error().context.find("or invite 199 at most") != std::string::npos, many.error().context);
  const auto nobody = withdraw(farm.layout(), project, must(ClientNames::parse("x")), farm.clock(), out);
  BOOST_TEST((nobody.error().kind == ErrorKind::not_found));
}

BOOST_AUTO_TEST_SUITE_END()

#include "client/report/key_file.hpp"

#include <sys/stat.h>

#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(client_report_key_file)

BOOST_AUTO_TEST_CASE(round_trips_for_its_owner_only) {
  const TemporaryDirectory directory;
  const ClientSecret secret{random_key_pair(), {client_key("p", "c"), 3}};
  must(write_key_file(directory / "key", secret));
  const ClientSecret read = must(read_key_file(directory / "key"));
  BOOST_TEST((read.keys.secret_key == secret.keys.secret_key));
  BOOST_TEST((read.keys.public_key == secret.keys.public_key));
  BOOST_TEST(read.id.text() == "p.c.3");
  struct stat status {};
  stat((directory / "key").c_str(), &status);
  BOOST_TEST((status.st_mode & 0777) == 0600U);
}

BOOST_AUTO_TEST_CASE(every_damage_is_noticed) {
  const TemporaryDirectory directory;
  must(write_key_file(directory / "key", {random_key_pair(), {client_key("p", "c"), 3}}));
  const std::string text = must(read_file(directory / "key"));
  for (std::size_t size = 0; size + 1 < text.size(); size += 7) {
    must(replace_file(directory / "key", text.substr(0, size), Sync::no));
    BOOST_TEST(!read_key_file(directory / "key").has_value());
  }
  std::string flipped = text;
  flipped[text.size() - 20] = flipped[text.size() - 20] == 'A' ? 'B' : 'A';
  must(replace_file(directory / "key", flipped, Sync::no));
  BOOST_TEST(read_key_file(directory / "key").error().kind == ErrorKind::bad_input);
  BOOST_TEST(read_key_file(directory / "none").error().kind == ErrorKind::not_found);
}

BOOST_AUTO_TEST_SUITE_END()

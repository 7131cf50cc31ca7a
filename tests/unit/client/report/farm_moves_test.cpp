#include "client/report/farm_moves.hpp"

#include <map>

#include "schema/protocol.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace client_report_farm_moves {

// What addresses answer to a GET; nobody answers at others.
class Web final : public Transport {
 public:
  Result<HttpAnswer> send(const HttpRequest& request) override {
    ++requests;
    const auto found = pages.find(request.url);
    if (found == pages.end()) return fail(ErrorKind::unavailable, request.url + ": nobody");
    return found->second;
  }
  void farm_at(const std::string& base) {
    pages[base + "/api/1/"] = {.status = 200,
                               .content_type = "application/json",
                               .body = encode(ServerInfo{.version = "1", .time = "now", .body_limit = 1})};
  }
  void redirect(const std::string& from, const std::string& to) {
    pages[from] = {.status = 301, .location = to};
  }
  void file(const std::string& url, const std::string& text) { pages[url] = {.status = 200, .body = text}; }
  std::map<std::string, HttpAnswer> pages;
  int requests = 0;
};

struct Fixture {
  TemporaryDirectory directory;
  FakeClock clock;
  Web web;
  KeyPair farm = random_key_pair();
  ServerDefinition server{"https://old.net/ci", client_key("p", "c"), directory / "testfarm.key"};
  std::vector<std::string> said;
  std::optional<FarmMoves> following;

  FarmMoves& moves() {
    if (!following)
      following.emplace(server, web, clock, [this](const std::string& line) { said.push_back(line); });
    return *following;
  }
  void know_the_farm() {
    must(write_known_farm(server.key_file, {.key = farm.public_key, .from = {}, .to = {}}));
  }
  std::string signature(const std::string& to) const {
    return signed_move(server.url, to, farm.secret_key).signature;
  }
  bool followed(const std::optional<std::string>& to) { return to && moves().address() == *to; }
};

}  // namespace client_report_farm_moves

BOOST_FIXTURE_TEST_SUITE(client_report_farm_moves, client_report_farm_moves::Fixture)

BOOST_AUTO_TEST_CASE(where_one_may_go) {
  const auto may = [](const char* from, const char* to) { return may_follow(from, to); };
  for (const auto& [from, to] : {std::pair("http://a.net/x", "https://a.net/x"),
                                 {"http://A.net:80", "https://a.NET"},
                                 {"https://a.net/x", "https://a.net/y"},
                                 {"https://a.net:443", "https://a.net"},
                                 {"http://[::1]:80", "https://[::1]"}})
    BOOST_TEST((may(from, to) == Follow::freely), from << ' ' << to);
  // Over http anybody on the way may have said so.
  for (const auto& [from, to] : {std::pair("https://a.net", "https://b.net"),
                                 {"https://a.net", "https://a.net:444"},
                                 {"https://a.net", "https://www.a.net"},
                                 {"http://a.net/~alice", "http://a.net/~mallory"},
                                 {"http://a.net", "https://a.net:8443"},
                                 {"http://a.net/x", "https://a.net/y"},
                                 {"http://a.net", "http://a.net:81"}})
    BOOST_TEST((may(from, to) == Follow::where_signed), from << ' ' << to);
  for (const auto& [from, to] : {std::pair("https://a.net", "http://a.net"),
                                 {"http://a.net", "https://b.net"},
                                 {"http://a.net", "http://b.net"},
                                 {"https://a.net", "https://b.net@a.net"},
                                 {"https://a.net", "ftp://a.net"},
                                 {"https://a.net", "https://a.net?x"},
                                 {"https://a.net", ""}})
    BOOST_TEST((may(from, to) == Follow::never), from << ' ' << to);
}

BOOST_AUTO_TEST_CASE(from_http_to_https_and_to_another_path_by_a_redirect) {
  server.url = "http://a.net/ci";
  web.redirect("http://a.net/ci/api/1/", "https://a.net/ci/api/1/");
  BOOST_TEST(!moves().look().has_value());  // no farm there yet
  BOOST_TEST(said.back().find("where no farm answers") != std::string::npos, said.back());
  web.farm_at("https://a.net/ci");
  BOOST_TEST(!moves().look().has_value());  // not again so soon
  clock.pass(hour_ms);
  BOOST_TEST(followed(moves().look()));
  BOOST_TEST(said.back().find("Write server = \"https://a.net/ci\" in place of \"http://a.net/ci\"") !=
                 std::string::npos,
             said.back());
  web.redirect("https://a.net/ci/api/1/", "https://a.net/farm/api/1/");
  web.farm_at("https://a.net/farm");
  clock.pass(hour_ms);
  BOOST_TEST(followed(moves().look()));
  // It stays so, until the definition names another address.
  BOOST_TEST(address_now(server) == "https://a.net/farm");
  server.url = "https://a.net/farm";
  BOOST_TEST(address_now(server) == "https://a.net/farm");
  server.url = "https://other.net";
  BOOST_TEST(address_now(server) == "https://other.net");
}

BOOST_AUTO_TEST_CASE(to_another_host_where_the_farm_signed_it) {
  know_the_farm();
  web.farm_at("https://new.net");
  BOOST_TEST(!moves().told("https://new.net", "").has_value());
  clock.pass(hour_ms);
  BOOST_TEST(!moves().told("https://new.net", signature("https://evil.net")).has_value());
  clock.pass(hour_ms);
  BOOST_TEST(followed(moves().told("https://new.net", signature("https://new.net"))));
}

BOOST_AUTO_TEST_CASE(by_a_file_that_the_old_address_still_shows) {
  know_the_farm();
  web.farm_at("https://new.net");
  web.file("https://old.net/ci/moved.json",
           encode({signed_move("https://else.net", "https://new.net", farm.secret_key),
                   signed_move(server.url, "https://new.net", farm.secret_key)}));
  BOOST_TEST(followed(moves().look()));
}

BOOST_AUTO_TEST_CASE(by_a_redirect_and_the_file_where_it_leads) {
  know_the_farm();
  web.farm_at("https://new.net");
  web.redirect("https://old.net/ci/api/1/", "https://new.net/api/1/");
  web.file("https://new.net/moved.json",
           encode({signed_move(server.url, "https://new.net", farm.secret_key)}));
  BOOST_TEST(followed(moves().look()));
}

// The farm of now has a hiccup; that of before, or whoever has its address, is no reason to leave it.
BOOST_AUTO_TEST_CASE(trouble_of_the_farm_leads_nobody_back) {
  know_the_farm();
  web.farm_at("https://new.net");
  BOOST_TEST(followed(moves().told("https://new.net", signature("https://new.net"))));
  web.farm_at(server.url);
  web.file(server.url + "/moved.json", encode({signed_move(server.url, "https://new.net", farm.secret_key)}));
  web.pages["https://new.net/api/1/"] = {
      .status = 503, .content_type = "application/problem+json", .body = "{\"type\":\"urn:testfarm:x\"}"};
  const auto count = said.size();
  for (int hours = 0; hours < 3; ++hours) {
    clock.pass(hour_ms);
    BOOST_TEST(!moves().look().has_value());
  }
  BOOST_TEST(moves().address() == "https://new.net");
  BOOST_TEST(said.size() == count);
}

// Who buys the old name, or listens on the way, moves nobody.
BOOST_AUTO_TEST_CASE(an_attacker_moves_nobody) {
  know_the_farm();
  const KeyPair attacker = random_key_pair();
  web.farm_at("https://evil.net");
  web.redirect("https://old.net/ci/api/1/", "https://evil.net/api/1/");
  web.file("https://evil.net/moved.json",
           encode({signed_move(server.url, "https://evil.net", attacker.secret_key),
                   signed_move("https://elsewhere.net", "https://evil.net", farm.secret_key)}));
  BOOST_TEST(!moves().look().has_value());
  BOOST_TEST(said.back().find("cannot prove it") != std::string::npos, said.back());
  BOOST_TEST(!moves()
                  .told("https://evil.net",
                        signed_move(server.url, "https://evil.net", attacker.secret_key).signature)
                  .has_value());
  // Neither by a key of its own: the farm's is known.
  moves().learn_key(to_base64(bytes_of(attacker.public_key)));
  BOOST_TEST((read_known_farm(server.key_file).key == farm.public_key));
  // Nor down to http, whoever signed it.
  web.farm_at("http://old.net/ci");
  BOOST_TEST(!moves().told("http://old.net/ci", signature("http://old.net/ci")).has_value());
  // It is said once.
  const auto count = said.size();
  BOOST_TEST(!moves().told("http://old.net/ci", signature("http://old.net/ci")).has_value());
  BOOST_TEST(said.size() == count);
  BOOST_TEST(moves().address() == server.url);
}

// The maintainer took the move back: told by the farm at the address of now, like any move; and only there,
// for who has the address of before may show what the farm signed years ago.
BOOST_AUTO_TEST_CASE(nobody_leads_back_but_the_farm_where_it_is_now) {
  know_the_farm();
  web.farm_at("https://new.net");
  BOOST_TEST(followed(moves().told("https://new.net", signature("https://new.net"))));
  web.pages.clear();
  BOOST_TEST(!moves().look().has_value());
  web.farm_at(server.url);
  const Move back = signed_move("https://new.net", server.url, farm.secret_key);
  web.file(server.url + "/moved.json", encode({back}));
  clock.pass(hour_ms);
  BOOST_TEST(!moves().look().has_value());
  BOOST_TEST(said.back().find("rm " + server.key_file.string() + ".farm") != std::string::npos, said.back());
  BOOST_TEST(address_now(server) == "https://new.net");
  BOOST_TEST(followed(moves().told(server.url, back.signature)));
}

BOOST_AUTO_TEST_CASE(where_no_farm_answers_yet_it_is_asked_once_an_hour) {
  know_the_farm();
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(!moves().told("https://new.net", signature("https://new.net")).has_value());
  BOOST_TEST(web.requests == 1);
  web.farm_at("https://new.net");
  clock.pass(hour_ms);
  BOOST_TEST(followed(moves().told("https://new.net", signature("https://new.net"))));
}

BOOST_AUTO_TEST_CASE(over_http_nobody_leads_to_another_host) {
  server.url = "http://old.net";
  know_the_farm();
  web.farm_at("https://new.net");
  BOOST_TEST(!moves().told("https://new.net", signature("https://new.net")).has_value());
  BOOST_TEST(said.back().find("write server = \"https://new.net\" in place of \"http://old.net\"") !=
                 std::string::npos,
             said.back());
}

BOOST_AUTO_TEST_CASE(the_farms_key_is_learned_over_https_only) {
  moves().learn_key("no key");
  BOOST_TEST(!read_known_farm(server.key_file).key.has_value());
  moves().learn_key(to_base64(bytes_of(farm.public_key)));
  BOOST_TEST((read_known_farm(server.key_file).key == farm.public_key));
  ServerDefinition plain{"http://old.net", client_key("p", "c"), directory / "other.key"};
  FarmMoves open(plain, web, clock, [](const std::string&) {});
  open.learn_key(to_base64(bytes_of(farm.public_key)));
  BOOST_TEST(!read_known_farm(plain.key_file).key.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

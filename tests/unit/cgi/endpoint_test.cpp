#include "cgi/endpoint.hpp"

#include <set>

#include "schema/limits.hpp"
#include "store/client_register.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace {

struct Fixture {
  TemporaryFarm farm;
  ClientKey client = farm.client();
  ExecutionKey key = execution_key(client);
  std::string body = lines(small_execution());

  // A refused request must leave the farm as it was.
  Problem refused(const Request& request, int status) {
    const auto before = kept_in(farm.path());
    const Response response = farm.endpoint().handle(request);
    farm.endpoint().after_answer();
    BOOST_TEST(response.status == status, response.body);
    BOOST_TEST((kept_in(farm.path()) == before));
    return problem_of(response);
  }
  Request request(const std::string& text, std::uint64_t from = 1) {
    return farm.signed_request("POST", cat(events_path(key), "?from=", from), std::string(events_media_type),
                               text, {client, 1}, farm.keys_of(client));
  }
  // Unsigned, to any address.
  static Request plain(const std::string& method, const std::string& target) {
    Request request;
    request.method = method;
    request.target = target;
    return request;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cgi_endpoint, Fixture)

BOOST_AUTO_TEST_CASE(tells_of_itself) {
  const Response response = farm.endpoint().handle(plain("GET", "/api/1/"));
  BOOST_TEST(response.status == 200);
  const ServerInfo info = must(decode<ServerInfo>(response.body));
  BOOST_TEST(info.body_limit == limits::body);
  BOOST_TEST(info.time == "2026-11-21T00:00:00Z");
}

BOOST_AUTO_TEST_CASE(takes_events_and_tells_the_position) {
  const Response posted = farm.post_events(key, body);
  BOOST_TEST(posted.status == 200, posted.body);
  BOOST_TEST(must(decode<Position>(posted.body)).closed);
  const Response asked = farm.call("GET", events_path(key), "", "", client);
  BOOST_TEST(must(decode<Position>(asked.body)).next == 8U);
  BOOST_TEST((farm.summary(key).progress == Progress::passed));
}

BOOST_AUTO_TEST_CASE(an_index_that_is_away_or_busy_hinders_no_answer) {
  Index index = farm.index();
  const auto held = must(index.begin());
  BOOST_TEST(farm.post_events(key, lines(small_execution(), 1, 3)).status == 200);
  std::filesystem::remove_all(farm.layout().index());
  BOOST_TEST(farm.post_events(key, lines(small_execution(), 4, 7), 4).status == 200);
}

BOOST_AUTO_TEST_CASE(a_farm_below_a_path) {
  TemporaryFarm below("https://example.org/~me/farm");
  const ClientKey other = below.client();
  const Request request = below.signed_request("POST", "x", "", "", {other, 1}, below.keys_of(other));
  BOOST_TEST(below.endpoint().handle(plain("GET", "/~me/farm/api/1/")).status == 200);
  BOOST_TEST(below.endpoint().handle(plain("GET", "/api/1/")).status == 404);
}

BOOST_AUTO_TEST_CASE(strangers_all_hear_the_same) {
  const KeyPair wrong = random_key_pair();
  const std::string target = cat(events_path(key), "?from=1");
  const std::string type(events_media_type);
  std::set<std::string> replies;
  const auto hear = [&](const Request& each) { replies.insert(encode(refused(each, 401))); };
  hear(plain("POST", target));
  hear(farm.signed_request("POST", target, type, body, {client, 1}, wrong));
  hear(farm.signed_request("POST", target, type, body, {client, 2}, farm.keys_of(client)));
  const ClientKey nobody = client_key("p", "nobody");
  hear(farm.signed_request("POST", cat(events_path(execution_key(nobody)), "?from=1"), type, body,
                           {nobody, 1}, wrong));
  const ClientKey nowhere = client_key("nowhere", "c");
  hear(farm.signed_request("POST", cat(events_path(execution_key(nowhere)), "?from=1"), type, body,
                           {nowhere, 1}, wrong));
  Request changed = request(body);
  changed.body[20] ^= 1;
  hear(changed);
  Request elsewhere = request(body);
  elsewhere.target += "&age=5";
  hear(elsewhere);
  BOOST_TEST(replies.size() == 1U);
}

BOOST_AUTO_TEST_CASE(another_clients_key_opens_nothing) {
  const ClientKey other = farm.client("other");
  refused(farm.signed_request("POST", cat(events_path(key), "?from=1"), std::string(events_media_type), body,
                              {other, 1}, farm.keys_of(other)),
          401);
}

BOOST_AUTO_TEST_CASE(a_revoked_key_is_refused_at_once) {
  BOOST_TEST(farm.post_events(key, lines(small_execution(), 1, 2)).status == 200);
  must(revoke_keys(farm.layout(), client, 1, 5));
  refused(request(body), 401);
}

BOOST_AUTO_TEST_CASE(names_that_are_none) {
  for (const char* target :
       {"/api/1/projects/../clients/c/heartbeat", "/api/1/projects/P/clients/c/heartbeat",
        "/api/1/projects/con/clients/c/heartbeat", "/api/1/projects/p%2f/clients/c/heartbeat",
        "/api/1/projects/p/clients/c\x01/heartbeat", "/api/1/projects//clients/c/heartbeat"})
    BOOST_TEST(refused(plain("POST", target), 400).type == "urn:testfarm:bad-name", target);
  BOOST_TEST(
      refused(plain("POST", "/api/1/projects/p/clients/c/executions/..%2f..%2fx/events?from=1"), 400).type ==
      "urn:testfarm:bad-name");
  BOOST_TEST(refused(plain("POST", cat("/api/1/", std::string(5000, 'a'))), 400).type ==
             "urn:testfarm:bad-name");
  for (const char* target : {"/", "/api/2/", "/api/1/projects", "/api/1/projects/p/clients/c/x",
                             "/api/1/x/p/clients/c/heartbeat", ""})
    refused(plain("POST", target), 404);
  refused(plain("DELETE", "/api/1/"), 405);
  refused(plain("GET", "/api/1/projects/p/clients/c/heartbeat"), 405);
}

BOOST_AUTO_TEST_CASE(bodies_too_large_or_cut) {
  Request large = request(std::string(limits::body + 1, 'x'));
  const Problem problem = refused(large, 413);
  BOOST_TEST(problem.body_limit == limits::body);
  large.body.resize(10);
  large.body_too_large = true;
  refused(large, 413);
  Request cut = request(body);
  cut.body.resize(cut.body.size() / 2);
  BOOST_TEST(refused(cut, 400).type == "urn:testfarm:truncated");
  // Cut without a length to tell it: the signature does.
  cut.announced_length.reset();
  refused(cut, 401);
}

BOOST_AUTO_TEST_CASE(events_that_are_none) {
  BOOST_TEST(refused(request("{\"n\":1}\n"), 422).detail == "line 1: t: is missing");
  refused(request("\xFF\n"), 422);
  refused(request("x"), 422);
  refused(request(""), 422);
  const std::string nan =
      "{\"n\":2,\"t\":0,\"type\":\"command_ended\",\"task\":1,\"command\":1,\"ending\":\"exited\",\"stats\":{"
      "\"a\":NaN}}\n";
  BOOST_TEST(
      refused(request(lines(small_execution(), 1, 1) + nan), 422).detail.starts_with("line 2: not JSON"));
  Request typed = farm.signed_request("POST", cat(events_path(key), "?from=1"), "text/plain", body,
                                      {client, 1}, farm.keys_of(client));
  refused(typed, 415);
  Request nowhere = farm.signed_request("POST", events_path(key), std::string(events_media_type), body,
                                        {client, 1}, farm.keys_of(client));
  refused(nowhere, 400);
}

BOOST_AUTO_TEST_CASE(gap_conflict_and_end) {
  const auto events = small_execution();
  BOOST_TEST(refused(request(lines(events, 3, 4), 3), 409).next == 1U);
  farm.post_events(key, lines(events, 1, 4));
  const Problem gap = refused(request(lines(events, 6, 7), 6), 409);
  BOOST_TEST(gap.type == "urn:testfarm:gap");
  BOOST_TEST(gap.next == 5U);
  auto changed = events;
  std::get<Output>(changed[3].body).text = "other\n";
  BOOST_TEST(refused(request(lines(changed, 4, 7), 4), 409).type == "urn:testfarm:conflict");
  farm.post_events(key, lines(events, 5, 7), 5);
  const std::vector<Event> late{{8, 0, Output{1, 1, 0, "x"}}};
  BOOST_TEST(refused(request(lines(late), 8), 409).type == "urn:testfarm:closed");
}

BOOST_AUTO_TEST_CASE(heartbeats) {
  const std::string path = api_path(client) + "/heartbeat";
  const Heartbeat beat{1, Activity::waiting, "", 15, {}, {}, "0.1.0"};
  BOOST_TEST(farm.call("POST", path, "application/json", encode(beat), client).status == 200);
  const Response again = farm.call("POST", path, "application/json", encode(beat), client);
  BOOST_TEST(again.status == 409);
  BOOST_TEST(problem_of(again).counter == 1U);
  BOOST_TEST(farm.call("POST", path, "application/json", "{}", client).status == 422);
}

BOOST_AUTO_TEST_CASE(registration) {
  const ClientKey fresh = client_key("p", "fresh");
  const std::string secret = must(invite_client(farm.layout(), fresh, farm.clock().now(), day_ms));
  const KeyPair keys = random_key_pair();
  const std::string path = api_path(fresh) + "/register";
  const std::string good = encode(Registration{secret, to_base64(bytes_of(keys.public_key))});
  const auto signed_with = [&](const std::string& text, const KeyPair& pair, const KeyId& id) {
    return farm.signed_request("POST", path, "application/json", text, id, pair);
  };
  refused(signed_with(good, random_key_pair(), {fresh, 0}), 401);
  refused(signed_with(good, keys, {fresh, 1}), 401);
  refused(signed_with(encode(Registration{"wrong", to_base64(bytes_of(keys.public_key))}), keys, {fresh, 0}),
          403);
  refused(signed_with("{\"invite\":\"x\",\"public_key\":\"AAAA\"}", keys, {fresh, 0}), 400);
  const Response response = farm.endpoint().handle(signed_with(good, keys, {fresh, 0}));
  BOOST_TEST(response.status == 201);
  BOOST_TEST(must(decode<Registered>(response.body)).key_id == "p.fresh.1");
}

// A maintainer's slip must not make clients give up their executions.
BOOST_AUTO_TEST_CASE(trouble_of_the_farm_is_ours_and_says_nothing_of_the_inside) {
  const std::string text = must(read_file(farm.layout().farm_toml()));
  must(replace_file(farm.layout().farm_toml(), text + "oops = = 1\n", Sync::no));
  const Problem slip = refused(request(body), 503);
  BOOST_TEST(slip.detail.find("farm.toml") == std::string::npos);
  std::filesystem::remove(farm.layout().farm_toml());
  refused(request(body), 503);
  must(replace_file(farm.layout().farm_toml(), text, Sync::no));
  BOOST_TEST(farm.post_events(key, body).status == 200);
}

BOOST_AUTO_TEST_CASE(an_age_that_no_execution_can_have_is_refused) {
  const std::string target = cat(events_path(key), "?from=1&age=9223372036854775807");
  refused(farm.signed_request("POST", target, std::string(events_media_type), body, {client, 1},
                              farm.keys_of(client)),
          400);
}

BOOST_AUTO_TEST_SUITE_END()

#include "cgi/client_api/endpoint.hpp"

#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "base/gzip.hpp"
#include "schema/codec.hpp"
#include "schema/limits.hpp"
#include "schema/move.hpp"
#include "store/clients/door_note.hpp"
#include "store/clients/group_invites.hpp"
#include "store/clients/register.hpp"
#include "store/identity.hpp"
#include "store/rename.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace cgi_client_api_endpoint {

struct Fixture {
  TemporaryFarm farm;
  ClientKey client = farm.client();
  ExecutionKey key = execution_key(client);
  std::string body = lines(small_execution());

  // A refused request must leave the farm as it was.
  ProblemDetails refused(const Request& request, int status) {
    const auto before = kept_in(farm.path());
    const Response response = farm.endpoint().handle(request);
    farm.endpoint().after_answer();
    BOOST_TEST(response.status == status, response.body);
    BOOST_TEST((kept_in(farm.path()) == before));
    return problem_of(response);
  }
  Request request(const std::string& text, std::uint64_t from = 1) {
    return farm.signed_request("POST", concat(events_path(key), "?from=", from),
                               std::string(events_media_type), text, {client, 1}, farm.keys_of(client));
  }
  // Unsigned, to any address.
  static Request plain(const std::string& method, const std::string& target) {
    Request request;
    request.method = method;
    request.target = target;
    return request;
  }
  static Heartbeat waiting(std::uint64_t counter) {
    return {.counter = counter,
            .acknowledged = counter - 1,
            .activity = Activity::waiting,
            .execution = "",
            .next_check = 15,
            .version = "0.1"};
  }
  // A heartbeat that is signed for an address, and comes by it.
  Response beat_at(const std::string& origin, const std::string& path, std::uint64_t counter) {
    Request request = plain("POST", path + api_path(client) + "/heartbeat");
    request.content_type = "application/json";
    request.body = encode(waiting(counter));
    request.announced_length = request.body.size();
    request.host = "www.example.org";
    request.signature =
        sign_request({.method = request.method,
                      .target_uri = origin + request.target,
                      .content_type = request.content_type,
                      .body = request.body},
                     {farm.clock().now(), "n", KeyId{client, 1}.text()}, farm.keys_of(client).secret_key);
    return farm.endpoint().handle(request);
  }
};

}  // namespace cgi_client_api_endpoint

BOOST_FIXTURE_TEST_SUITE(cgi_client_api_endpoint, cgi_client_api_endpoint::Fixture)

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
  BOOST_TEST(farm.summary(key).progress == Progress::passed);
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
  const std::string target = concat(events_path(key), "?from=1");
  const std::string type(events_media_type);
  std::set<std::string> replies;
  const auto hear = [&](const Request& each) { replies.insert(encode(refused(each, 401))); };
  hear(plain("POST", target));
  hear(farm.signed_request("POST", target, type, body, {client, 1}, wrong));
  hear(farm.signed_request("POST", target, type, body, {client, 2}, farm.keys_of(client)));
  const ClientKey nobody = client_key("p", "nobody");
  hear(farm.signed_request("POST", concat(events_path(execution_key(nobody)), "?from=1"), type, body,
                           {nobody, 1}, wrong));
  const ClientKey nowhere = client_key("nowhere", "c");
  hear(farm.signed_request("POST", concat(events_path(execution_key(nowhere)), "?from=1"), type, body,
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
  refused(farm.signed_request("POST", concat(events_path(key), "?from=1"), std::string(events_media_type),
                              body, {other, 1}, farm.keys_of(other)),
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
  BOOST_TEST(refused(plain("POST", concat("/api/1/", std::string(5000, 'a'))), 400).type ==
             "urn:testfarm:bad-name");
  for (const char* target : {"/", "/api/2/", "/api/1/projects", "/api/1/projects/p/clients/c/x",
                             "/api/1/x/p/clients/c/heartbeat", ""})
    refused(plain("POST", target), 404);
  refused(plain("DELETE", "/api/1/"), 405);
  refused(plain("GET", "/api/1/projects/p/clients/c/heartbeat"), 405);
}

BOOST_AUTO_TEST_CASE(bodies_too_large_or_cut) {
  Request large = request(std::string(limits::body + 1, 'x'));
  const ProblemDetails problem = refused(large, 413);
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
  Request typed = farm.signed_request("POST", concat(events_path(key), "?from=1"), "text/plain", body,
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
  const ProblemDetails gap = refused(request(lines(events, 6, 7), 6), 409);
  BOOST_TEST(gap.type == "urn:testfarm:gap");
  BOOST_TEST(gap.next == 5U);
  auto changed = events;
  std::get<Output>(changed[3].body).text = "other\n";
  BOOST_TEST(refused(request(lines(changed, 4, 7), 4), 409).type == "urn:testfarm:conflict");
  farm.post_events(key, lines(events, 5, 7), 5);
  const std::vector<Event> late{{8, 0, Output{.task = 1, .command = 1, .omitted = 0, .text = "x"}}};
  BOOST_TEST(refused(request(lines(late), 8), 409).type == "urn:testfarm:closed");
}

BOOST_AUTO_TEST_CASE(heartbeats) {
  const std::string path = api_path(client) + "/heartbeat";
  const Heartbeat beat = waiting(1);
  BOOST_TEST(farm.call("POST", path, "application/json", encode(beat), client).status == 200);
  const Response again = farm.call("POST", path, "application/json", encode(beat), client);
  BOOST_TEST(again.status == 409);
  BOOST_TEST(problem_of(again).counter == 1U);
  BOOST_TEST(farm.call("POST", path, "application/json", "{}", client).status == 422);
}

// A running client knows its name of before until a heartbeat tells it the one of now.
BOOST_AUTO_TEST_CASE(who_was_renamed_is_heard_by_both_names) {
  const auto beat = [&](const ClientKey& called, std::uint64_t counter) {
    const Request request = farm.signed_request("POST", api_path(called) + "/heartbeat", "application/json",
                                                encode(waiting(counter)), {called, 1}, farm.keys_of(client));
    const Response response = farm.endpoint().handle(request);
    BOOST_TEST(response.status == 200, response.body);
    return decode<HeartbeatAnswer>(response.body).value_or(HeartbeatAnswer());
  };
  BOOST_TEST(beat(client, 1).called == "");
  BOOST_TEST(farm.endpoint().handle(request(lines(small_execution(), 1, 3))).status == 200);
  const ClientKey now = client_key("q", "new");
  // By another program: the endpoint learns of it with a look at the file.
  const Layout layout = must(Layout::of_farm(farm.layout().root()));
  must(rename_client(layout, client, now.client, 5));
  must(rename_project(layout, client.project, now.project, 6));
  farm.clock().pass(2 * second_ms);
  BOOST_TEST(beat(client, 2).called == "q/new");
  BOOST_TEST(beat(now, 3).called == "");
  // An execution goes on by whatever name its client knows; nobody else gets in by one.
  BOOST_TEST(farm.endpoint().handle(request(lines(small_execution(), 4, 7), 4)).status == 200);
  const ClientKey other = farm.client("other");
  Request foreign = farm.signed_request("POST", api_path(now) + "/heartbeat", "application/json", "{}",
                                        {client, 1}, farm.keys_of(other));
  BOOST_TEST(farm.endpoint().handle(foreign).status == 401);
  foreign = farm.signed_request("POST", api_path(now) + "/heartbeat", "application/json", "{}", {other, 1},
                                farm.keys_of(other));
  BOOST_TEST(farm.endpoint().handle(foreign).status == 401);
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

BOOST_AUTO_TEST_CASE(registration_by_an_invite_for_several) {
  const std::string secret = must(invite_group(
      farm.layout(), project_id("p"), must(ClientNames::parse("m-*")), 3, farm.clock().now(), day_ms));
  const auto enter = [&](const std::string& name, const KeyPair& keys) {
    const ClientKey client = client_key("p", name);
    const std::string text = encode(Registration{secret, to_base64(bytes_of(keys.public_key))});
    return farm.endpoint().handle(farm.signed_request("POST", api_path(client) + "/register",
                                                      "application/json", text, {client, 0}, keys));
  };
  const KeyPair keys = random_key_pair();
  const Response first = enter("m-gcc", keys);
  BOOST_TEST(first.status == 201);
  BOOST_TEST(must(decode<Registered>(first.body)).key_id == "p.m-gcc.1");
  BOOST_TEST(enter("m-gcc", keys).body == first.body);
  const Response taken = enter("m-gcc", random_key_pair());
  BOOST_TEST(taken.status == 403);
  BOOST_TEST(problem_of(taken).type == "urn:testfarm:name-taken");
  BOOST_TEST(problem_of(enter("other", random_key_pair())).type == "urn:testfarm:invite");
  must(revoke_keys(farm.layout(), client_key("p", "m-gcc"), std::nullopt, farm.clock().now()));
  BOOST_TEST(problem_of(enter("m-clang", keys)).type == "urn:testfarm:revoked-key");
}

// Looked at again because a signature does not fit, and wrong: what counted goes on counting.
BOOST_AUTO_TEST_CASE(a_slip_within_a_second_of_a_bad_signature) {
  BOOST_TEST(farm.post_events(key, body).status == 200);
  std::ofstream(farm.layout().farm_toml(), std::ios::app) << "oops = = 1\n";
  Request bad = request(body);
  bad.body += ' ';
  BOOST_TEST(farm.endpoint().handle(bad).status == 401);
  // A Host that is none is noted nowhere.
  bad.host = std::string(5000, 'x') + "/<script>";
  BOOST_TEST(farm.endpoint().handle(bad).status == 401);
  BOOST_TEST(!file_exists(farm.layout().client_door(client)));
}

// A maintainer's slip must not make clients give up their executions.
BOOST_AUTO_TEST_CASE(trouble_of_the_farm_is_ours_and_says_nothing_of_the_inside) {
  const std::string text = must(read_file(farm.layout().farm_toml()));
  must(replace_file(farm.layout().farm_toml(), text + "oops = = 1\n", Sync::no));
  const ProblemDetails slip = refused(request(body), 503);
  BOOST_TEST(slip.detail.find("farm.toml") == std::string::npos);
  std::filesystem::remove(farm.layout().farm_toml());
  refused(request(body), 503);
  must(replace_file(farm.layout().farm_toml(), text, Sync::no));
  BOOST_TEST(farm.post_events(key, body).status == 200);
}

BOOST_AUTO_TEST_CASE(an_age_that_no_execution_can_have_is_refused) {
  const std::string target = concat(events_path(key), "?from=1&age=9223372036854775807");
  refused(farm.signed_request("POST", target, std::string(events_media_type), body, {client, 1},
                              farm.keys_of(client)),
          400);
}

// Limits: what and how much is said, ends are always taken, and one client may be given other numbers.
struct Limited : Fixture {
  void limit(const std::string& name, std::uint64_t value) {
    std::string text = must(read_file(farm.layout().farm_toml()));
    const auto at = text.find('\n' + name + " = ") + name.size() + 4;
    BOOST_REQUIRE(at > name.size() + 4);
    must(replace_file(farm.layout().farm_toml(),
                      text.replace(at, text.find('\n', at) - at, std::to_string(value)), Sync::no));
    farm.clock().pass(second_ms);  // it counts within a second
  }
  static std::string output(std::uint64_t number, std::size_t bytes) {
    return encode_event(
               {number, 0, Output{.task = 1, .command = 1, .omitted = 0, .text = std::string(bytes, 'x')}}) +
           '\n';
  }
  static std::string end(std::uint64_t number) {
    return encode_event({number, 0, ExecutionEnded{Outcome::aborted, 1, "enough"}}) + '\n';
  }
};

BOOST_FIXTURE_TEST_CASE(a_record_may_be_so_large, Limited) {
  limit("record", 4096);
  const ProblemDetails problem = refused(request(lines(small_execution(), 1, 3) + output(4, 5000)), 413);
  BOOST_TEST(problem.type == "urn:testfarm:full");
  BOOST_TEST(problem.limit == 4096U);
  BOOST_TEST(problem.next == 1U);
  // What ends something may be as large as the protocol has it.
  CommandEnded end{.task = 1,
                   .command = 1,
                   .ending = CommandEnding::exited,
                   .status = 0,
                   .success = true,
                   .duration = 1,
                   .info = std::string(9000, 'i'),
                   .output_bytes = 0,
                   .omitted_bytes = 0};
  BOOST_TEST(
      farm.post_events(key, lines(small_execution(), 1, 3) + encode_event({4, 0, end}) + '\n').status == 200);
}

BOOST_FIXTURE_TEST_CASE(a_command_may_say_so_much, Limited) {
  limit("command_output", 10'000);
  farm.post_events(key, lines(small_execution(), 1, 3) + output(4, 6000));
  const ProblemDetails problem = refused(request(output(5, 6000), 5), 413);
  BOOST_TEST(problem.type == "urn:testfarm:full");
  BOOST_TEST(problem.limit == 10'000U);
  BOOST_TEST(problem.next == 5U);
  // Another command may say as much again; the same again of what is there is no more output.
  const std::string next = encode_event({5, 0, CommandStarted{1, 2, "make"}}) + '\n';
  BOOST_TEST(farm.post_events(key, next + output(6, 9000), 5).status == 200);
  BOOST_TEST(farm.post_events(key, next + output(6, 9000), 5).status == 200);
  refused(request(output(7, 2000), 7), 413);
  BOOST_TEST(farm.post_events(key, end(7), 7).status == 200);
}

BOOST_FIXTURE_TEST_CASE(an_execution_may_have_so_many_events_and_bytes, Limited) {
  limit("execution_events", 100);
  std::string body_of_many = lines(small_execution(), 1, 3);
  for (std::uint64_t n = 4; n <= 100; ++n) body_of_many += output(n, 10);
  BOOST_TEST(farm.post_events(key, body_of_many).status == 200);
  BOOST_TEST(refused(request(output(101, 1), 101), 413).detail.find("events of one execution") !=
             std::string::npos);
  // What begins something goes on to twice the limit.
  std::string more;
  for (std::uint64_t n = 101; n <= 200; ++n) more += encode_event({n, 0, CommandStarted{1, n, "x"}}) + '\n';
  BOOST_TEST(farm.post_events(key, more, 101).status == 200);
  refused(request(encode_event({201, 0, CommandStarted{1, 201, "x"}}) + '\n', 201), 413);
  BOOST_TEST(farm.post_events(key, end(201), 201).status == 200);

  limit("execution_bytes", 10'240);
  key = execution_key(client, "20261121-000000-bbbbbb");
  farm.post_events(key, lines(small_execution(), 1, 3) + output(4, 8000));
  BOOST_TEST(refused(request(output(5, 5000), 5), 413).detail.find("bytes of one execution") !=
             std::string::npos);
  BOOST_TEST(farm.post_events(key, end(5), 5).status == 200);
}

BOOST_FIXTURE_TEST_CASE(a_client_may_send_so_much_a_day, Limited) {
  limit("bytes_per_day", 200'000);
  farm.post_events(key, lines(small_execution(), 1, 3));
  std::uint64_t next = 4;
  Response last;
  while (next < 40 && (last = farm.post_events(key, output(next, 15'000), next)).status == 200) ++next;
  BOOST_TEST(last.status == 429);
  BOOST_TEST(problem_of(last).type == "urn:testfarm:day-limit");
  BOOST_TEST(problem_of(last).limit == 200'000U);
  BOOST_TEST(last.retry_after.value_or(0) == 86400U);  // the clock of the test stands a second after midnight
  BOOST_TEST(farm.post_events(key, end(next), next).status == 200);
  farm.clock().pass(day_ms);
  const ExecutionKey tomorrow = execution_key(client, "20261122-000000-aaaaaa");
  BOOST_TEST(farm.post_events(tomorrow, body).status == 200);
}

BOOST_FIXTURE_TEST_CASE(a_client_may_begin_so_many_executions_a_day, Limited) {
  limit("executions_per_day", 2);
  for (const char* id : {"20261121-000000-aaaaaa", "20261121-000000-bbbbbb"})
    BOOST_TEST(farm.post_events(execution_key(client, id), body).status == 200);
  // Who begins at the beginning with what is here already is no new one.
  BOOST_TEST(farm.post_events(execution_key(client, "20261121-000000-bbbbbb"), body).status == 200);
  key = execution_key(client, "20261121-000000-cccccc");
  BOOST_TEST(refused(request(body), 429).detail.find("2 executions in a day") != std::string::npos);
  // One client's own number.
  must(replace_file(farm.layout().client_toml(client), "[limits]\nexecutions_per_day = 3\n", Sync::no));
  farm.clock().pass(second_ms);
  BOOST_TEST(farm.post_events(key, body).status == 200);
  // A slip there stops nobody: what it said when it was last right counts, or the farm's own numbers.
  must(replace_file(farm.layout().client_toml(client), "[limits]\nbody = 3\n", Sync::no));
  farm.clock().pass(second_ms);
  BOOST_TEST(farm.post_events(key, body).status == 200);
}

BOOST_FIXTURE_TEST_CASE(below_the_floor_only_ends_are_taken, Limited) {
  farm.post_events(key, lines(small_execution(), 1, 3));
  limit("free_bytes", 1ULL << 50);
  const ProblemDetails problem = refused(request(output(4, 10), 4), 507);
  BOOST_TEST(problem.type == "urn:testfarm:no-space");
  BOOST_TEST(problem.limit == 1ULL << 50);
  limit("free_bytes", 0);
  limit("free_inodes", 1ULL << 50);
  BOOST_TEST(refused(request(output(4, 10), 4), 507).detail.find("inodes") != std::string::npos);
  BOOST_TEST(farm.post_events(key, end(4), 4).status == 200);
}

// A token opens the sending of events and nothing else, where its project says so, until it is revoked.
BOOST_AUTO_TEST_CASE(tokens) {
  const std::string secret = must(make_token(farm.layout(), client, farm.clock().now()));
  Request with_token = plain("POST", concat(events_path(key), "?from=1"));
  with_token.content_type = std::string(events_media_type);
  with_token.body = lines(small_execution(), 1, 3);
  with_token.token = secret;
  refused(with_token, 401);
  const Path project = farm.layout().project_toml(client.project);
  std::string text = must(read_file(project));
  must(replace_file(project, text.replace(text.find("tokens = false"), 14, "tokens = true"), Sync::no));
  BOOST_TEST(farm.endpoint().handle(with_token).status == 200);
  BOOST_TEST(farm.log(key).find("\"key\":\"p.c.token-1\"") != std::string::npos);
  Request other = with_token;
  other.token.back() = other.token.back() == 'a' ? 'b' : 'a';
  refused(other, 401);
  other = with_token;
  other.target = concat(events_path(execution_key(farm.client("other"))), "?from=1");
  refused(other, 401);
  other = with_token;
  other.method = "GET";
  refused(other, 401);
  other = with_token;
  other.target = api_path(client) + "/heartbeat";
  refused(other, 401);
  // Cut short on its way, which only a length can tell here.
  other = with_token;
  other.announced_length = other.body.size() + 1;
  BOOST_TEST(refused(other, 400).type == "urn:testfarm:truncated");
  // A Signature beside the token is nobody's word, and must not end up in the log.
  other = with_token;
  other.target = concat(events_path(key), "?from=4");
  other.body = lines(small_execution(), 4, 5);
  other.signature.signature = std::string(300, '\xff');
  BOOST_TEST(farm.endpoint().handle(other).status == 200);
  BOOST_TEST(must(log_position(farm.layout(), key)).next == 6U);
  must(revoke_keys(farm.layout(), client, std::nullopt, 5));
  refused(with_token, 401);
}

// A copy of a farm may lack its empty directories. That is no fault of the client's, and mended with the
// first marker.
BOOST_AUTO_TEST_CASE(without_a_directory_for_markers_all_goes_on) {
  const auto lose = [&] { std::filesystem::remove_all(farm.layout().open()); };
  lose();
  BOOST_TEST(farm.post_events(key, body).status == 200);
  lose();
  const Heartbeat beat{.counter = 1,
                       .acknowledged = 0,
                       .activity = Activity::waiting,
                       .execution = "",
                       .next_check = 15,
                       .version = "0.1.0"};
  BOOST_TEST(
      farm.call("POST", api_path(client) + "/heartbeat", "application/json", encode(beat), client).status ==
      200);
  lose();
  farm.client("another");
}

BOOST_AUTO_TEST_CASE(a_packed_body_counts_as_what_is_in_it) {
  const std::string packed = must(gzip(std::string(limits::body + 1, '\n')));
  const ProblemDetails problem = refused(request(packed), 413);
  BOOST_TEST(problem.body_limit == limits::body);
}

// Strangers hold no lock of a client's, and wait for none.
BOOST_AUTO_TEST_CASE(a_stranger_who_registers_takes_no_lock) {
  const Fd held = must(lock_client(farm.layout(), client));
  const KeyPair keys = random_key_pair();
  const std::string text = encode(Registration{"guessed", to_base64(bytes_of(keys.public_key))});
  refused(farm.signed_request("POST", api_path(client) + "/register", "application/json", text, {client, 0},
                              keys),
          403);
}

// However many there are, one line for each reason and minute goes to stderr.
BOOST_AUTO_TEST_CASE(the_error_log_does_not_grow_with_what_strangers_send) {
  std::ostringstream captured;
  auto* const before = std::cerr.rdbuf(captured.rdbuf());
  Endpoint other(farm.layout(), farm.clock());
  for (int i = 0; i < 50; ++i)
    for (Endpoint* endpoint : {&farm.endpoint(), &other}) {
      endpoint->handle(plain("POST", concat(events_path(key), "?from=1")));
      endpoint->after_answer();
      endpoint->handle(plain("POST", "/nowhere"));
      endpoint->after_answer();
    }
  farm.clock().pass(minute_ms);
  farm.endpoint().handle(plain("POST", "/nowhere"));
  farm.endpoint().after_answer();
  std::cerr.rdbuf(before);
  const std::string said = captured.str();
  BOOST_TEST(split_lines(said).size() == 3U, said);
}

// Signatures cover the host: of several addresses on one, the path says which was meant.
BOOST_AUTO_TEST_CASE(who_comes_by_a_former_path_is_told_of_the_one_of_now) {
  must(identity_of(farm.layout(), must(read_farm_config(farm.layout())), farm.clock().now()));
  std::string toml = must(read_file(farm.layout().farm_toml()));
  const std::string before = "base_url = \"https://ci.example.org\"";
  const auto at = toml.find(before);
  BOOST_REQUIRE(at != std::string::npos);
  const auto is_at = [&](const std::string& now, const std::string& former) {
    std::string text = toml;
    text.replace(at, before.size(), concat("base_url = \"", now, '"'));
    for (const std::string& one : {former})
      text += concat("\n[[former]]\nbase_url = \"", one, "\"\nuntil = 2999-01-01\n");
    std::ofstream(farm.layout().farm_toml()) << text;
  };
  std::uint64_t counter = 0;
  const auto told = [&](const std::string& origin, const std::string& path) {
    const Response response = beat_at(origin, path, ++counter);
    BOOST_TEST(response.status == 200, response.body);
    return decode<HeartbeatAnswer>(response.body).value_or(HeartbeatAnswer()).moved_to;
  };
  BOOST_TEST(told("https://ci.example.org", "") == "");
  is_at("https://ci.example.org/farm", "https://ci.example.org");
  // A process that has not looked at farm.toml within this second knows the address all the same.
  BOOST_TEST(told("https://ci.example.org", "/farm") == "");
  BOOST_TEST(told("https://ci.example.org", "") == "https://ci.example.org/farm");
  is_at("https://new.example.org", "https://ci.example.org/farm");
  farm.clock().pass(2 * second_ms);
  BOOST_TEST(told("https://ci.example.org", "/farm") == "https://new.example.org");
}

// The name was given to another a moment ago, and this process has not heard of it: nobody gets a directory
// beside that one's.
BOOST_AUTO_TEST_CASE(a_name_that_was_given_just_now_makes_no_client) {
  BOOST_TEST(farm.endpoint().handle(plain("GET", "/api/1/")).status == 200);
  const std::string secret = must(invite_group(farm.layout(), client.project, must(ClientNames::parse("n*")),
                                               5, farm.clock().now(), day_ms));
  const Layout other = must(Layout::of_farm(farm.layout().root()));
  must(rename_client(other, client, client_key("p", "new").client, farm.clock().now()));
  const KeyPair keys = random_key_pair();
  const ClientKey wanted = client_key("p", "new");
  const Registration registration{secret, to_base64(bytes_of(keys.public_key))};
  const Request request = farm.signed_request("POST", api_path(wanted) + "/register", "application/json",
                                              encode(registration), {wanted, 0}, keys);
  const Response response = farm.endpoint().handle(request);
  BOOST_TEST(response.status == 403, response.body);
  BOOST_TEST(!file_exists(farm.layout().root() / "projects/p/clients/new"));
}

// A client that has not learned of the move loses nothing until the day; and then nobody gets in.
BOOST_AUTO_TEST_CASE(who_signs_for_a_former_address_is_heard_until_its_day) {
  HeartbeatAnswer answer;
  const FarmIdentity identity =
      must(identity_of(farm.layout(), must(read_farm_config(farm.layout())), farm.clock().now()));
  const auto sent_to = [&](const std::string& origin, const std::string& path, std::uint64_t counter) {
    const Response response = beat_at(origin, path, counter);
    answer = decode<HeartbeatAnswer>(response.body).value_or(HeartbeatAnswer());
    return response.status;
  };
  const auto noted = [&] { return must(read_door_note(farm.layout(), client)); };
  BOOST_TEST(sent_to("http://old.example.org", "/farm", 1) == 404);
  const Millis day = farm.clock().now() / day_ms * day_ms + 30 * day_ms;
  std::ofstream(farm.layout().farm_toml(), std::ios::app)
      << "\n[[former]]\nbase_url = \"http://old.example.org/farm\"\nuntil = " << iso_time(day).substr(0, 10)
      << '\n';
  farm.clock().pass(2 * second_ms);
  BOOST_TEST(sent_to("http://old.example.org", "/farm", 2) == 200);
  // It is told where the farm is now, signed; and its maintainer that it does not know yet.
  BOOST_TEST(answer.moved_to == "https://ci.example.org");
  BOOST_TEST(fits({"http://old.example.org/farm", answer.moved_to, answer.moved_signature},
                  identity.keys.public_key));
  BOOST_TEST(answer.farm_key == to_base64(bytes_of(identity.keys.public_key)));
  BOOST_REQUIRE(noted().has_value());
  BOOST_TEST((noted()->what == AtDoor::former));
  BOOST_TEST(noted()->address == "http://old.example.org/farm");
  BOOST_TEST(sent_to("https://ci.example.org", "", 3) == 200);
  BOOST_TEST(answer.moved_to == "");
  BOOST_TEST(!noted().has_value());
  BOOST_TEST(sent_to("http://other.example.org", "/farm", 4) == 401);
  BOOST_TEST(!noted().has_value());
  // Asked at an address that nobody told the farm of.
  BOOST_TEST(sent_to("https://www.example.org", "", 4) == 401);
  BOOST_REQUIRE(noted().has_value());
  BOOST_TEST((noted()->what == AtDoor::unnamed));
  BOOST_TEST(noted()->address == "https://www.example.org");
  BOOST_TEST(sent_to("http://old.example.org", "", 4) == 200);  // a redirect that kept the host's signature
  farm.clock().pass(31 * day_ms);
  // Refused as unknown, so that the client keeps what it has; and told apart from strangers.
  BOOST_TEST(sent_to("http://old.example.org", "/farm", 5) == 401);
  BOOST_REQUIRE(noted().has_value());
  BOOST_TEST((noted()->what == AtDoor::expired));
  must(revoke_keys(farm.layout(), client, std::nullopt, farm.clock().now()));
  BOOST_TEST(sent_to("https://ci.example.org", "", 5) == 401);
  BOOST_TEST((noted()->what == AtDoor::expired));  // once an hour, whatever it is
  farm.clock().pass(hour_ms);
  BOOST_TEST(sent_to("https://ci.example.org", "", 5) == 401);
  BOOST_TEST((noted()->what == AtDoor::revoked));
}

BOOST_AUTO_TEST_SUITE_END()

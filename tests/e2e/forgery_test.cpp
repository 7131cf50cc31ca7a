// Requests that are forged, replayed or changed on their way: none changes anything under FARM but the
// counters, and all that are refused for their sender hear the same. TESTFARM_FORGERIES: how many (3000).
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "e2e/direct.hpp"
#include "schema/signature.hpp"

using namespace testfarm;

namespace e2e_forgery {

// Remembers requests and sends nothing.
class Recorder final : public Transport {
 public:
  Result<HttpAnswer> send(const HttpRequest& request) override {
    requests.push_back(request);
    return fail(ErrorKind::unavailable, "recorded");
  }
  std::vector<HttpRequest> requests;
};

struct Fixture {
  DirectFarm farm;
  ClientSecret secret = farm.client("box");
  std::vector<Event> events = small_execution();
  ExecutionId id = ExecutionId::make(system_clock().now());
  std::vector<HttpRequest> good;    // were accepted
  std::vector<HttpRequest> unsent;  // would be

  void record(const FcgiSpawner& server) {
    FcgiTransport transport(server, DirectFarm::address);
    Recorder recorder;
    FarmApi real(transport, DirectFarm::address, secret, system_clock());
    FarmApi recorded(recorder, DirectFarm::address, secret, system_clock());
    std::uint64_t counter = 5;
    const Heartbeat beat{.counter = 0,
                         .acknowledged = 0,
                         .activity = Activity::waiting,
                         .execution = "",
                         .next_check = 15,
                         .facts = {{"system", "Debian"}},
                         .version = "0.1"};
    BOOST_TEST((recorded.send_events(id, 1, lines(events, 1, 3), 0).kind == Sent::Kind::unknown));
    BOOST_TEST(!recorded.heartbeat(beat, counter).has_value());
    for (const HttpRequest& request : recorder.requests) {
      BOOST_TEST(must(transport.send(request)).status == 200);
      good.push_back(request);
    }
    recorder.requests.clear();
    BOOST_TEST((recorded.send_events(id, 4, lines(events, 4, 7), 0).kind == Sent::Kind::unknown));
    counter = 6;
    BOOST_TEST(!recorded.heartbeat(beat, counter).has_value());
    unsent = recorder.requests;
    BOOST_TEST((real.secret().id.number == 1U));
  }

  static void change_a_byte(std::string& text, std::mt19937_64& dice) {
    if (text.empty()) return;
    char& byte = text[dice() % text.size()];
    byte = static_cast<char>(byte ^ static_cast<char>(1 + dice() % 255));
  }

  // Something that must not be taken.
  HttpRequest forged(std::mt19937_64& dice) const {
    HttpRequest request = unsent[dice() % unsent.size()];
    switch (dice() % 6) {
      case 0: {  // another key under the same name
        const auto signature = sign_request({.method = request.method,
                                             .target_uri = request.url,
                                             .content_type = request.headers[0].second,
                                             .body = request.body},
                                            {0, "n", secret.id.text()}, random_key_pair().secret_key);
        request.headers[3].second = signature.signature;
        break;
      }
      case 1: change_a_byte(request.body, dice); break;
      case 2: {
        auto& value = request.headers[dice() % request.headers.size()].second;
        const std::string before = value;
        while (value == before) change_a_byte(value, dice);
        break;
      }
      case 3: {  // another address, the server's part of it left alone
        std::string path = request.url.substr(std::string_view(DirectFarm::address).size());
        const std::string before = path;
        while (path == before) change_a_byte(path, dice);
        request.url = DirectFarm::address + path;
        break;
      }
      case 4: request.body.resize(dice() % request.body.size()); break;
      default:
        request.headers.erase(request.headers.begin() + 1, request.headers.end());
        request.headers.emplace_back("X-TestFarm-Token", random_name(dice() % 40));
    }
    return request;
  }
};

}  // namespace e2e_forgery

BOOST_FIXTURE_TEST_SUITE(e2e_forgery, e2e_forgery::Fixture)

BOOST_AUTO_TEST_CASE(nothing_changes_but_the_counters) {
  const std::uint64_t enough = wanted("TESTFARM_FORGERIES", 3000);
  FcgiSpawner server = farm.serve(3);
  record(server);
  // What the genuine requests were counted as is written down with the next one of the client, which never
  // comes.
  const auto before = kept_in(farm.layout().root());
  std::atomic<std::uint64_t> sent{0}, unexpected{0};
  std::mutex mutex;
  std::set<std::string> unauthorized;
  std::string first;
  const auto attack = [&](std::uint64_t seed) {
    std::mt19937_64 dice(seed);
    FcgiTransport transport(server, DirectFarm::address);
    while (sent++ < enough) {
      const bool replay = dice() % 8 == 0;
      const HttpRequest request = replay ? good[dice() % good.size()] : forged(dice);
      const auto answer = transport.send(request);
      const long status = answer ? answer->status : 0;
      // A replay of events is skipped, one of a heartbeat refused by its counter.
      const bool right = replay ? status == 200 || status == 409 : status >= 400 && status < 500;
      const std::lock_guard lock(mutex);
      if (status == 401) unauthorized.insert(answer->body);
      if (!right && unexpected++ == 0)
        first = concat(status, " for ", request.method, ' ', request.url, ' ',
                       request.headers.empty() ? "" : request.headers.back().second, ' ', request.body, ": ",
                       answer ? answer->body : answer.error().context);
    }
  };
  std::thread other([&] { attack(1); });
  attack(2);
  other.join();
  BOOST_TEST(unexpected == 0U, first);
  BOOST_TEST(unauthorized.size() == 1U);
  BOOST_TEST((kept_in(farm.layout().root()) == before));
  // And stderr did not grow with them: a line for each reason and minute.
  const std::string log = read_file(farm.path() / "endpoint.log").value_or("");
  BOOST_TEST(split_lines(log).size() < 100U, log);
  std::string status;
  BOOST_TEST(farm.run({"testfarm-admin", "status", farm.layout().root().string()}, &status) == 0);
  BOOST_TEST(status.find("unauthorized") != std::string::npos, status);
  // The genuine ones are still welcome.
  FcgiTransport transport(server, DirectFarm::address);
  for (const HttpRequest& request : unsent) BOOST_TEST(must(transport.send(request)).status == 200);
  std::cout << enough << " forged, changed or replayed requests\n";
}

BOOST_AUTO_TEST_SUITE_END()

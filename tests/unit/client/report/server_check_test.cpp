#include "client/report/server_check.hpp"

#include <functional>

#include "support/support.hpp"

using namespace testfarm;

namespace client_report_server_check {

// A way to a real endpoint with somebody standing in it.
class Way final : public Transport {
 public:
  explicit Way(TemporaryFarm& farm) : farm_(farm) {}
  Result<HttpAnswer> send(const HttpRequest& http) override {
    if (auto answer = between ? between(http) : std::nullopt) return *answer;
    Request request;
    request.method = http.method;
    request.target = http.url.substr(std::string("https://ci.example.org").size());
    request.body = http.body;
    for (const auto& [name, value] : http.headers) {
      if (name == "Content-Type") request.content_type = value;
      if (keeps_headers && name == "Content-Digest") request.signature.content_digest = value;
      if (keeps_headers && name == "Signature-Input") request.signature.signature_input = value;
      if (keeps_headers && name == "Signature") request.signature.signature = value;
    }
    const Response response = farm_.endpoint().handle(request);
    return HttpAnswer{response.status, response.content_type, response.body};
  }
  std::function<std::optional<HttpAnswer>(const HttpRequest&)> between;
  bool keeps_headers = true;

 private:
  TemporaryFarm& farm_;
};

struct Fixture {
  TemporaryFarm farm;
  Way way{farm};
  std::string said;
  std::uint64_t bad() {
    said.clear();
    return must(check_server(way, "https://ci.example.org", farm.clock(),
                             [&](const std::string& line) { said += line + '\n'; }))
        .bad;
  }
  static HttpAnswer html(long status) { return {status, "text/html", "<h1>No</h1>"}; }
};

}  // namespace client_report_server_check

BOOST_FIXTURE_TEST_SUITE(client_report_server_check, client_report_server_check::Fixture)

BOOST_AUTO_TEST_CASE(a_farm_as_it_should_be) {
  BOOST_TEST(bad() == 0U, said);
  for (const char* part :
       {"answers: TestFarm", "arrive", "clocks differ by 0 s", "bodies of 102400 bytes arrive"})
    BOOST_TEST(said.find(part) != std::string::npos, said);
}

BOOST_AUTO_TEST_CASE(headers_that_somebody_takes_out) {
  way.keeps_headers = false;
  BOOST_TEST(bad() == 1U, said);
  BOOST_TEST(said.find("do not arrive at the endpoint") != std::string::npos, said);
}

BOOST_AUTO_TEST_CASE(a_host_that_takes_small_bodies_only) {
  way.between = [](const HttpRequest& request) {
    return request.body.size() > 70'000 ? std::optional(html(500)) : std::nullopt;
  };
  BOOST_TEST(bad() == 1U, said);
  BOOST_TEST(said.find("body = 68") != std::string::npos, said);
}

BOOST_AUTO_TEST_CASE(a_firewall) {
  way.between = [](const HttpRequest& request) {
    for (const auto& [name, value] : request.headers)
      if (name == "Content-Type" && value == "application/x-ndjson") return std::optional(html(403));
    return std::optional<HttpAnswer>();
  };
  BOOST_TEST(bad() == 0U, said);
  BOOST_TEST(said.find("clients send forms") != std::string::npos, said);
}

BOOST_AUTO_TEST_CASE(an_address_that_is_no_farms) {
  way.between = [](const HttpRequest&) { return std::optional(html(404)); };
  const auto findings = check_server(way, "https://ci.example.org", farm.clock(), [](const std::string&) {});
  BOOST_REQUIRE(!findings.has_value());
  BOOST_TEST(findings.error().context.find("not a farm's word") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

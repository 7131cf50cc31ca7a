#include "e2e/apache.hpp"
#include "schema/signature.hpp"

using namespace testfarm;

namespace e2e_hostile {

struct Fixture {
  RunningFarm farm;
  Path directory = farm.init_client("box");
  ClientSecret secret = must(read_key_file(directory / "testfarm.key"));
  std::string target =
      concat(events_path({secret.id.owner, must(ExecutionId::parse("20261121-000000-aaaaaa"))}), "?from=1");

  // A request as bytes, signed as `secret` unless it was changed.
  std::string request(const std::string& where, const std::string& body,
                      const std::string& extra = "") const {
    const auto headers = sign_request({.method = "POST",
                                       .target_uri = farm.address() + where,
                                       .content_type = events_media_type,
                                       .body = body},
                                      {system_clock().now(), "n", secret.id.text()}, secret.keys.secret_key);
    return concat("POST ", where,
                  " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: ", events_media_type,
                  "\r\nContent-Digest: ", headers.content_digest,
                  "\r\nSignature-Input: ", headers.signature_input, "\r\nSignature: ", headers.signature,
                  "\r\n", extra);
  }
  static std::string with_length(const std::string& body) {
    return concat("Content-Length: ", body.size(), "\r\n\r\n", body);
  }

  // Refused with that status, and nothing under FARM is another than before.
  void refused(const std::string& bytes, int status, const std::string& part = "urn:testfarm:") const {
    const auto before = kept_in(farm.layout().root());
    const std::string answer = farm.raw(bytes);
    BOOST_TEST(answer.starts_with(concat("HTTP/1.1 ", status, ' ')), "wanted " << status << " for "
                                                                               << bytes.substr(0, 100) << "\n"
                                                                               << answer.substr(0, 500));
    BOOST_TEST(answer.find(part) != std::string::npos, answer.substr(0, 800));
    BOOST_TEST((kept_in(farm.layout().root()) == before));
  }
};

}  // namespace e2e_hostile

BOOST_FIXTURE_TEST_SUITE(e2e_hostile, e2e_hostile::Fixture)

BOOST_AUTO_TEST_CASE(everything_that_is_refused_leaves_no_trace) {
  const std::string body = lines(small_execution());
  // A signature of another key, of nobody, for another address, of another body.
  ClientSecret own = secret;
  secret.keys = random_key_pair();
  refused(request(target, body, with_length(body)), 401);
  secret = own;
  refused(concat("POST ", target, " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", with_length(body)), 401);
  std::string moved = request(target, body, with_length(body));
  moved.replace(moved.find("from=1"), 6, "from=2");
  refused(moved, 401);
  std::string changed = request(target, body, with_length(body));
  changed[changed.size() - 5] ^= 1;
  refused(changed, 401);
  // A project that is not there, names that are none. Apache refuses encoded slashes and control characters
  // by itself.
  refused(request("/api/1/projects/none/clients/box/executions/20261121-000000-aaaaaa/events?from=1", body,
                  with_length(body)),
          401);
  for (const char* where :
       {"/api/1/projects/P/clients/box/heartbeat", "/api/1/projects/con/clients/box/heartbeat",
        "/api/1/projects/p/clients/lpt1/heartbeat"})
    refused(request(where, body, with_length(body)), 400, "bad-name");
  for (const char* where :
       {"/api/1/projects/p/clients/..%2f..%2fx/heartbeat", "/api/1/projects/p/clients/a/b/c/heartbeat"})
    refused(request(where, body, with_length(body)), 404, "");
  refused(request("/api/1/projects/p/clients/a%01/heartbeat", body, with_length(body)), 400, "bad-name");
  // Bodies: above the endpoint's limit, above Apache's, cut short, not UTF-8, not finite.
  const std::string large(200 * 1024, 'x');
  refused(request(target, large, with_length(large)), 413, "too-large");
  const std::string huge(10 << 20, 'x');
  refused(request(target, huge, with_length(huge)), 413, "413");
  const std::string broken = body.substr(0, 50) + "\xFF\xFE\n";
  refused(request(target, broken, with_length(broken)), 422, "UTF-8");
  const std::string nan = lines(small_execution(), 1, 1) +
                          "{\"n\":2,\"t\":0,\"type\":\"command_ended\",\"task\":1,\"command\":1,\"ending\":"
                          "\"exited\",\"stats\":{\"a\":NaN}}\n";
  refused(request(target, nan, with_length(nan)), 422, "line 2");
  const std::string gap = lines(small_execution(), 3, 4);
  std::string later = target;
  later.replace(later.find("from=1"), 6, "from=3");
  refused(request(later, gap, with_length(gap)), 409, "\"next\":1");
}

BOOST_AUTO_TEST_CASE(a_body_cut_on_its_way_leaves_no_trace) {
  const std::string body = lines(small_execution());
  const auto before = kept_in(farm.layout().root());
  farm.raw(request(target, body,
                   concat("Content-Length: ", body.size(), "\r\n\r\n", body.substr(0, body.size() / 2))));
  BOOST_TEST((kept_in(farm.layout().root()) == before));
}

BOOST_AUTO_TEST_CASE(conflict_and_end) {
  const auto events = small_execution();
  BOOST_TEST(
      farm.raw(request(target, lines(events), with_length(lines(events)))).starts_with("HTTP/1.1 200"));
  auto changed = events;
  std::get<Output>(changed[3].body).text = "other\n";
  const std::string other = lines(changed);
  refused(request(target, other, with_length(other)), 409, "conflict");
  const std::string late = lines({{8, 0, Output{.task = 1, .command = 1, .omitted = 0, .text = "x"}}});
  std::string after = target;
  after.replace(after.find("from=1"), 6, "from=8");
  refused(request(after, late, with_length(late)), 409, "closed");
}

BOOST_AUTO_TEST_CASE(a_chunked_body_is_as_good) {
  const std::string body = lines(small_execution());
  const std::string chunked =
      concat("Transfer-Encoding: chunked\r\n\r\n",
             to_hex(std::string({static_cast<char>(body.size() >> 8), static_cast<char>(body.size() & 255)})),
             "\r\n", body, "\r\n0\r\n\r\n");
  const std::string answer = farm.raw(request(target, body, chunked));
  BOOST_TEST(answer.find("\"closed\":true") != std::string::npos, answer);
}

BOOST_AUTO_TEST_SUITE_END()

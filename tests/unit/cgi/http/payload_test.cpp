#include "cgi/http/payload.hpp"

#include "base/gzip.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace cgi_http_payload {
Request with(const std::string& type, const std::string& body) {
  Request request;
  request.content_type = type;
  request.body = body;
  return request;
}
const std::string form_type = "multipart/form-data; boundary=xyz";
std::string form(const std::string& part) {
  return "--xyz\r\nContent-Disposition: form-data; name=\"events\"\r\n\r\n" + part + "\r\n--xyz--\r\n";
}
}  // namespace cgi_http_payload

BOOST_AUTO_TEST_SUITE(cgi_http_payload)

BOOST_AUTO_TEST_CASE(plain_packed_and_in_a_form) {
  const std::string text = lines(small_execution());
  const std::string packed = must(gzip(text));
  for (const Request& request : {with("application/x-ndjson", text), with("application/x-ndjson", packed),
                                 with(form_type, form(text)), with(form_type, form(packed))})
    BOOST_TEST(must(payload_of(request, 1 << 20)) == text);
}

BOOST_AUTO_TEST_CASE(a_form_of_anything_but_one_part_is_refused) {
  for (const std::string& body : {std::string(), std::string("--xyz\r\n"),
                                  std::string("--xyz\r\nA: b\r\n\r\nx"), form("a\r\n--xyz\r\nA: b\r\n\r\nb"),
                                  std::string("--abc\r\n\r\nx\r\n--abc--\r\n"), std::string("x") + form("a")})
    BOOST_TEST((payload_of(with(form_type, body), 1000).error().kind == ErrorKind::bad_input), body);
  BOOST_TEST(!payload_of(with("multipart/form-data; boundary=", form("a")), 1000));
}

BOOST_AUTO_TEST_CASE(a_bomb_is_stopped_and_half_a_packet_refused) {
  const std::string bomb = must(gzip(std::string(50 << 20, '\n')));
  BOOST_TEST(payload_of(with("application/x-ndjson", bomb), 100'000).error().kind == ErrorKind::too_large);
  BOOST_TEST((payload_of(with("application/x-ndjson", bomb.substr(0, 100)), 100'000'000).error().kind ==
              ErrorKind::bad_input));
}

BOOST_AUTO_TEST_SUITE_END()

#include "schema/signature.hpp"

#include <numeric>

#include "support/support.hpp"

using namespace testfarm;

namespace schema_signature {

// The vector of the protocol's description: seed 00..1f.
struct Vector {
  KeyPair keys = [] {
    Seed seed{};
    std::iota(seed.begin(), seed.end(), static_cast<unsigned char>(0));
    return key_pair_from(seed);
  }();
  std::string body = "{\"seq\":41,\"type\":\"start\"}\n{\"seq\":42,\"type\":\"end\"}\n";
  SignedParts parts{.method = "POST",
                    .target_uri = "https://ci.example.org/api/1/streams/hopper/s7?from=41",
                    .content_type = "application/x-ndjson",
                    .body = body};
  SignatureParameters parameters{1795219200 * second_ms, "42", "hopper.1"};
};

}  // namespace schema_signature

BOOST_AUTO_TEST_SUITE(schema_signature)

BOOST_AUTO_TEST_CASE(the_published_vector) {
  const Vector v;
  BOOST_TEST(to_base64(bytes_of(v.keys.public_key)) == "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=");
  BOOST_TEST(content_digest(v.body) == "sha-256=:9QXQ37Ppr7ayERPZ1McWYkkqE3NMJ/8YREh6Y7DifCY=:");
  BOOST_TEST(signature_base(v.parts, content_digest(v.body), v.parameters) ==
             "\"@method\": POST\n"
             "\"@target-uri\": https://ci.example.org/api/1/streams/hopper/s7?from=41\n"
             "\"content-type\": application/x-ndjson\n"
             "\"content-digest\": sha-256=:9QXQ37Ppr7ayERPZ1McWYkkqE3NMJ/8YREh6Y7DifCY=:\n"
             "\"@signature-params\": (\"@method\" \"@target-uri\" \"content-type\" \"content-digest\");"
             "created=1795219200;nonce=\"42\";keyid=\"hopper.1\";tag=\"testfarm-1\"");
  BOOST_TEST(sign_request(v.parts, v.parameters, v.keys.secret_key).signature ==
             "tf=:JPEUbN1Rv+89lwNlXKDnV1KImg//h0OACZYOmccmZ2RhvqyNq8ENmOZWfVmGB2L2n5y52/HXOHGZ9Oor08COCQ==:");
}

BOOST_AUTO_TEST_CASE(whatever_is_covered_cannot_be_changed) {
  const Vector v;
  const auto headers = sign_request(v.parts, v.parameters, v.keys.secret_key);
  must(verify_request(v.parts, headers, v.keys.public_key));
  const auto refused = [&](const SignedParts& parts, const SignatureHeaders& given) {
    return !verify_request(parts, given, v.keys.public_key).has_value();
  };
  BOOST_TEST(refused({"GET", v.parts.target_uri, v.parts.content_type, v.parts.body}, headers));
  BOOST_TEST(refused(
      {"POST", "https://ci.example.org/api/1/streams/hopper/s7?from=42", v.parts.content_type, v.parts.body},
      headers));
  BOOST_TEST(refused({"POST", v.parts.target_uri, "text/plain", v.parts.body}, headers));
  BOOST_TEST(refused({"POST", v.parts.target_uri, v.parts.content_type, "other"}, headers));
  auto changed = headers;
  changed.content_digest = content_digest("other");
  BOOST_TEST(refused({"POST", v.parts.target_uri, v.parts.content_type, "other"}, changed));
  changed = headers;
  changed.signature_input.replace(changed.signature_input.find("42"), 2, "43");
  BOOST_TEST(refused(v.parts, changed));
  BOOST_TEST(!verify_request(v.parts, headers, random_key_pair().public_key).has_value());
}

BOOST_AUTO_TEST_CASE(only_the_one_profile_is_read) {
  const Vector v;
  SignatureParameters parameters = v.parameters;
  parameters.key_id = "p.c.1";
  const auto headers = sign_request(v.parts, parameters, v.keys.secret_key);
  BOOST_TEST(must(key_of(headers)).text() == "p.c.1");
  const std::pair<const char*, const char*> changes[] = {{"tf=", "sig1="},
                                                         {"\"@method\" ", ""},
                                                         {"testfarm-1", "testfarm-2"},
                                                         {";tag", ";expires=1;tag"},
                                                         {"created=1795219200", "created=01795219200"},
                                                         {"p.c.1", "P.c.1"},
                                                         {"p.c.1", "p.c"},
                                                         {"\"42\"", "\"4 2\""}};
  for (const auto& [from, to] : changes) {
    auto changed = headers;
    changed.signature_input.replace(changed.signature_input.find(from), std::string(from).size(), to);
    BOOST_TEST(!key_of(changed).has_value(), changed.signature_input);
  }
  for (const char* input : {"", "tf=", "tf=()", "tf=();created=1"})
    BOOST_TEST(!key_of({"", input, ""}).has_value(), input);
}

BOOST_AUTO_TEST_SUITE_END()

// Who sent a request: one fixed profile of RFC 9421 (HTTP Message Signatures) with Ed25519 and RFC 9530
// digests. Both ends build the same signature base and nothing is negotiated, so there is no general parser
// to attack:
//
//   Content-Digest: sha-256=:…:
//   Signature-Input: tf=("@method" "@target-uri" "content-type"
//   "content-digest");created=N;nonce="…";keyid="P.C.N";tag="testfarm-1" Signature: tf=:…:
//
// The target URI is the farm's own public address with the path and query as sent, never the Host header.
// Replays are harmless by construction (PROTOCOL.md), so `created` and `nonce` inform and decide nothing.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"

namespace testfarm {

struct SignedParts {
  std::string_view method;        // "POST"
  std::string_view target_uri;    // "https://ci.example.org/api/1/…?from=41"
  std::string_view content_type;  // empty where there is no body
  std::string_view body;
};

struct SignatureParameters {
  Millis created = 0;  // sent in seconds
  std::string nonce;
  std::string key_id;
};

struct SignatureHeaders {
  std::string content_digest;
  std::string signature_input;
  std::string signature;
};

std::string content_digest(std::string_view body);
std::string signature_base(const SignedParts& parts, std::string_view digest,
                           const SignatureParameters& parameters);

SignatureHeaders sign_request(const SignedParts& parts, const SignatureParameters& parameters,
                              const SecretKey& key);

// Exactly the profile above, or unauthorized. What comes back has a key id of the right shape.
Result<KeyId> key_of(const SignatureHeaders& headers);
// Digest and signature. The error never says what would have been right.
Status verify_request(const SignedParts& parts, const SignatureHeaders& headers, const PublicKey& key);

}  // namespace testfarm

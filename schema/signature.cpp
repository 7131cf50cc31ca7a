#include "schema/signature.hpp"

#include <optional>

#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr std::string_view components = "(\"@method\" \"@target-uri\" \"content-type\" \"content-digest\")";
constexpr std::string_view tag = "testfarm-1";

std::string parameters_text(const SignatureParameters& parameters) {
  return concat(components, ";created=", parameters.created / second_ms, ";nonce=\"", parameters.nonce,
                "\";keyid=\"", parameters.key_id, "\";tag=\"", tag, '"');
}

// What stands in `text` up to `end`; moves behind it.
std::optional<std::string_view> take_until(std::string_view& text, std::string_view end) {
  const auto at = text.find(end);
  if (at == std::string_view::npos) return std::nullopt;
  const auto taken = text.substr(0, at);
  text.remove_prefix(at + end.size());
  return taken;
}

bool is_plain(std::string_view text) {
  return text.size() <= 200 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") == std::string_view::npos;
}

std::optional<SignatureParameters> parse_parameters(std::string_view input) {
  if (input.size() > 600 || !input.starts_with("tf=")) return std::nullopt;
  input.remove_prefix(3);
  const std::string_view whole = input;
  if (take_until(input, ";created=") != components) return std::nullopt;
  const auto created = take_until(input, ";nonce=\"");
  const auto nonce = created ? take_until(input, "\";keyid=\"") : std::nullopt;
  const auto key_id = nonce ? take_until(input, "\";tag=\"") : std::nullopt;
  if (!key_id || !is_plain(*nonce) || !is_plain(*key_id)) return std::nullopt;
  const auto seconds = to_unsigned(*created);
  if (!seconds || *seconds > 100'000'000'000) return std::nullopt;
  SignatureParameters parameters{static_cast<Millis>(*seconds) * second_ms, std::string(*nonce),
                                 std::string(*key_id)};
  // Only the one spelling that we write ourselves is taken.
  return parameters_text(parameters) == whole ? std::optional(parameters) : std::nullopt;
}

std::optional<Signature> parse_signature(std::string_view header) {
  if (!header.starts_with("tf=:") || !header.ends_with(':') || header.size() < 5) return std::nullopt;
  const auto bytes = from_base64(header.substr(4, header.size() - 5));
  return bytes ? array_from<Signature>(*bytes) : std::nullopt;
}

}  // namespace

std::string content_digest(std::string_view body) {
  return concat("sha-256=:", to_base64(sha256(body)), ':');
}

static std::string base_of(const SignedParts& parts, std::string_view digest, std::string_view parameters) {
  return concat("\"@method\": ", parts.method, "\n\"@target-uri\": ", parts.target_uri,
                "\n\"content-type\": ", parts.content_type, "\n\"content-digest\": ", digest,
                "\n\"@signature-params\": ", parameters);
}

std::string signature_base(const SignedParts& parts, std::string_view digest,
                           const SignatureParameters& parameters) {
  return base_of(parts, digest, parameters_text(parameters));
}

SignatureHeaders sign_request(const SignedParts& parts, const SignatureParameters& parameters,
                              const SecretKey& key) {
  SignatureHeaders headers;
  headers.content_digest = content_digest(parts.body);
  headers.signature_input = concat("tf=", parameters_text(parameters));
  const Signature signature = sign(signature_base(parts, headers.content_digest, parameters), key);
  headers.signature = concat("tf=:", to_base64(bytes_of(signature)), ':');
  return headers;
}

Result<KeyId> key_of(const SignatureHeaders& headers) {
  const auto parameters = parse_parameters(headers.signature_input);
  if (!parameters) return fail(ErrorKind::unauthorized, "there is no signature of the profile testfarm-1");
  auto key = KeyId::parse(parameters->key_id);
  if (!key) return fail(ErrorKind::unauthorized, "the key id is none");
  return key;
}

Status verify_request(const SignedParts& parts, const SignatureHeaders& headers, const PublicKey& key) {
  const auto parameters = parse_parameters(headers.signature_input);
  const auto signature = parse_signature(headers.signature);
  if (!parameters || !signature)
    return fail(ErrorKind::unauthorized, "there is no signature of the profile testfarm-1");
  const std::string digest = content_digest(parts.body);
  const bool same_body = same_secret(digest, headers.content_digest);
  // The only spelling that is taken is the one that we write: what stands there is the parameters' text.
  const std::string_view text = std::string_view(headers.signature_input).substr(3);
  const bool same_sender = verify(base_of(parts, digest, text), *signature, key);
  if (!same_body || !same_sender)
    return fail(ErrorKind::unauthorized, "the signature does not fit the request");
  return {};
}

}  // namespace testfarm

#include "cgi/http/request.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace testfarm {

namespace {

constexpr std::size_t most_drained = 32 << 20;  // bytes of a body that is too large

std::string text_of(const RequestVariable& variable, const char* name) {
  const char* value = variable(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Request read_request(const RequestVariable& variable, const RequestBody& read, std::size_t cap) {
  Request request;
  request.method = text_of(variable, "REQUEST_METHOD");
  request.target = text_of(variable, "REQUEST_URI");
  request.content_type = text_of(variable, "CONTENT_TYPE");
  request.signature = {text_of(variable, "HTTP_CONTENT_DIGEST"), text_of(variable, "HTTP_SIGNATURE_INPUT"),
                       text_of(variable, "HTTP_SIGNATURE")};
  request.token = text_of(variable, "HTTP_X_TESTFARM_TOKEN");
  request.host = text_of(variable, "HTTP_HOST");
  request.announced_length = to_unsigned(text_of(variable, "CONTENT_LENGTH"));
  // To the end and not to CONTENT_LENGTH: front ends leave it out or get it wrong (chunked bodies, filters).
  std::array<char, 16 * 1024> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): read() fills it
  while (request.body.size() < cap) {
    const std::size_t got = read(piece.data(), std::min(piece.size(), cap - request.body.size()));
    if (got == 0) break;
    request.body.append(piece.data(), got);
  }
  request.body_too_large = request.body.size() >= cap;
  // A front end that still writes would take our end for a crash, and the client would never see our 413.
  for (std::size_t passed = 0; request.body_too_large && passed < most_drained;) {
    const std::size_t got = read(piece.data(), piece.size());
    if (got == 0) break;
    passed += got;
  }
  return request;
}

std::string_view Request::path() const {
  const std::string_view whole = target;
  return whole.substr(0, whole.find('?'));
}

std::optional<std::string_view> Request::query(std::string_view name) const {
  const std::string_view whole = target;
  const auto mark = whole.find('?');
  if (mark == std::string_view::npos) return std::nullopt;
  for (const std::string_view pair : split(whole.substr(mark + 1), '&'))
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
      return pair.substr(name.size() + 1);
  return std::nullopt;
}

SignedParts Request::signed_parts(std::string_view target_uri) const {
  return {.method = method, .target_uri = target_uri, .content_type = content_type, .body = body};
}

std::string cgi_response(const Response& response) {
  std::string head = concat("Status: ", response.status, "\r\nContent-Type: ", response.content_type,
                            "\r\nContent-Length: ", response.body.size(), "\r\n");
  // Nobody keeps the answer to a POST (RFC 9111, 4), and a web server spends more on a header than we do.
  if (response.taken.posts == 0) head += "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
  if (response.retry_after) head += concat("Retry-After: ", *response.retry_after, "\r\n");
  return head + "\r\n" + response.body;
}

}  // namespace testfarm

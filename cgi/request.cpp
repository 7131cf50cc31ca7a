#include "cgi/request.hpp"

#include "base/text.hpp"

namespace testfarm {

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
  return {method, target_uri, content_type, body};
}

std::string cgi_response(const Response& response) {
  std::string head = cat("Status: ", response.status, "\r\nContent-Type: ", response.content_type,
                         "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nContent-Length: ",
                         response.body.size(), "\r\n");
  if (response.retry_after) head += cat("Retry-After: ", *response.retry_after, "\r\n");
  return head + "\r\n" + response.body;
}

}  // namespace testfarm

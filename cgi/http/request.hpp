// A request and its answer as plain values, whatever front end brought them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "schema/signature.hpp"

namespace testfarm {

struct Request {
  std::string method;
  std::string target;  // path and query exactly as sent (REQUEST_URI): what the signature covers
  std::string content_type;
  SignatureHeaders signature;
  std::string token;  // X-TestFarm-Token
  std::string host;   // as the sender says, and anybody may: never a reason to let in
  std::string body;
  bool body_too_large = false;                    // reading stopped at the cap
  std::optional<std::uint64_t> announced_length;  // CONTENT_LENGTH: a hint, and a witness of a body cut short

  std::string_view path() const;
  // The value of a query parameter; names and values of ours never need percent escapes.
  std::optional<std::string_view> query(std::string_view name) const;
  SignedParts signed_parts(std::string_view target_uri) const;
};

// A variable of the request as CGI names them (RFC 3875, section 4.1), or nothing.
using RequestVariable = std::function<const char*(const char*)>;
// Reads up to `count` bytes of the body; 0 at its end.
using RequestBody = std::function<std::size_t(char*, std::size_t)>;
// The body is read to its end, up to `cap` bytes; what is beyond is read and thrown away.
Request read_request(const RequestVariable& variable, const RequestBody& read, std::size_t cap);

struct Response {
  int status = 200;
  std::string content_type;
  std::string body;
  std::optional<std::uint64_t> retry_after;  // seconds

  // For the counters: the name of the problem, empty where there is none, and what was taken.
  std::string reason;
  struct Taken {
    std::uint64_t posts = 0, events = 0, bytes = 0, heartbeats = 0, registrations = 0;
  } taken;
};

// The head and body as CGI wants them (RFC 3875, section 6).
std::string cgi_response(const Response& response);

}  // namespace testfarm

// Errors as RFC 9457 problems: the border at which the endpoint's errors become replies. A client tells our
// word from a host's by media type and by the prefix of the type.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "cgi/http/request.hpp"
#include "schema/protocol.hpp"

namespace testfarm {

// `name` becomes "urn:testfarm:name".
ProblemDetails problem(int status, std::string_view name, std::string title, std::string detail = {});
Response reply(const ProblemDetails& problem);
Response body_too_large(std::uint64_t limit);

// An error of ours or of the sender's, by its kind. What went wrong inside is for the server's error log; the
// reply says no more than what the sender can do about it.
Response reply(const Error& error);

}  // namespace testfarm

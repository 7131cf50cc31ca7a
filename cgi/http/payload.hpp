// What a body holds behind the wrappings that strict hosts make necessary: a multipart form of one file (RFC
// 7578), gzip. Looked at only when the sender is known: the signature covers the body as it was sent.
#pragma once

#include <string>

#include "base/result.hpp"
#include "cgi/http/request.hpp"

namespace testfarm {

// bad_input for a form that is not of one part, or not gzip behind its first two bytes; too_large when more
// than `most` bytes come out.
Result<std::string> payload_of(const Request& request, std::size_t most);

// Whether the content type is that of a form.
bool is_form(std::string_view content_type);

}  // namespace testfarm

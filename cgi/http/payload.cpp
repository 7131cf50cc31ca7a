#include "cgi/http/payload.hpp"

#include "base/gzip.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr std::string_view form_type = "multipart/form-data; boundary=";
constexpr std::string_view gzip_magic = "\x1f\x8b";

// The bytes of the only part: after its headers, before the line that ends the form.
Result<std::string_view> only_part(std::string_view body, std::string_view boundary) {
  const std::string start = concat("--", boundary, "\r\n");
  const std::string end = concat("\r\n--", boundary);
  if (boundary.empty() || boundary.size() > 70 || !body.starts_with(start))
    return fail(ErrorKind::bad_input, "the form does not begin with its boundary");
  const auto head_end = body.find("\r\n\r\n");
  const auto part_end = body.find(end, head_end == std::string_view::npos ? 0 : head_end + 2);
  if (head_end == std::string_view::npos || part_end == std::string_view::npos || part_end < head_end + 4)
    return fail(ErrorKind::bad_input, "the form has no whole part");
  if (!body.substr(part_end + end.size()).starts_with("--"))
    return fail(ErrorKind::bad_input, "the form must have one part and no more");
  return body.substr(head_end + 4, part_end - head_end - 4);
}

}  // namespace

bool is_form(std::string_view content_type) { return content_type.starts_with(form_type); }

Result<std::string> payload_of(const Request& request, std::size_t most) {
  std::string_view bytes = request.body;
  if (is_form(request.content_type)) {
    TRY_SET(bytes, only_part(bytes, std::string_view(request.content_type).substr(form_type.size())));
  }
  if (bytes.starts_with(gzip_magic)) return gunzip(bytes, most);
  return std::string(bytes);
}

}  // namespace testfarm

#include "schema/form.hpp"

#include "base/text.hpp"

namespace testfarm {

Form as_form(std::string_view lines) {
  // Lines of events begin with a brace, so that no boundary can stand among them.
  constexpr std::string_view boundary = "testfarm-events";
  return {concat("multipart/form-data; boundary=", boundary),
          concat("--", boundary,
                 "\r\nContent-Disposition: form-data; name=\"events\"; filename=\"events.ndjson\"\r\n",
                 "Content-Type: text/plain\r\n\r\n", lines, "\r\n--", boundary, "--\r\n")};
}

}  // namespace testfarm

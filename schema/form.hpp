// Events as the only file of a form (multipart/form-data, RFC 7578): what a web application firewall lets
// through that knows no NDJSON (OWASP CRS 3.3 by default: rule 920420 refuses its media type, and no rule
// looks into a form's file). Not packed: rule 200004 refuses a part in which a line happens to begin with
// "--", which packed bytes do now and then, and NDJSON never does.
#pragma once

#include <string>
#include <string_view>

namespace testfarm {

struct Form {
  std::string content_type;
  std::string body;
};
Form as_form(std::string_view lines);

}  // namespace testfarm

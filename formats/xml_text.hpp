// XML 1.0 as report writers leave it: in the encoding that it declares, and cut off where a program died.
#pragma once

#include <memory>
#include <pugixml.hpp>
#include <string>

#include "base/file.hpp"
#include "base/result.hpp"

namespace testfarm {

struct XmlText {
  pugi::xml_document document;
  // Why the text ends where it does, with its line: what comes before it is in the document. Empty where all
  // is well.
  std::string broken;
};

// bad_input for an encoding that nobody here knows; not_found, too_large and the system's as read_file has
// them. DTDs are passed over: nothing is expanded or fetched.
Result<std::unique_ptr<XmlText>> read_xml(const Path& file);
// The same of bytes that are here; `name` is how messages call them.
Result<std::unique_ptr<XmlText>> parse_xml(std::string bytes, const std::string& name);

// Decimal seconds as they are written in any locale ("0,005", "1,234.5", "1.234,5"), as XML Schema's duration
// ("PT0.5S") or as a clock shows them ("00:01:02.5"); 0 for anything else.
double seconds_in(std::string_view text);

// The text of an element without blanks at its ends, its CDATA sections joined.
std::string text_of(const pugi::xml_node& node);

}  // namespace testfarm

// JUnit XML, in the dialects of its many writers (docs/testing.md has them).
#pragma once

#include "formats/xml_report.hpp"
#include "formats/xml_text.hpp"

namespace testfarm {

void read_junit(const pugi::xml_node& root, XmlReport& to);

}  // namespace testfarm

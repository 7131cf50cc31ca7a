// xUnit.net v2 and v3 (xunit.net, "Format: xUnit.net v2+ XML").
#pragma once

#include "formats/xml_report.hpp"
#include "formats/xml_text.hpp"

namespace testfarm {

void read_xunit_net(const pugi::xml_node& root, XmlReport& to);

}  // namespace testfarm

// What CppUnit's XmlOutputter writes.
#pragma once

#include "formats/xml_report.hpp"
#include "formats/xml_text.hpp"

namespace testfarm {

void read_cppunit(const pugi::xml_node& root, XmlReport& to);

}  // namespace testfarm

// NUnit 3 (docs.nunit.org, Test Result XML Format), and the results of NUnit 2.
#pragma once

#include "formats/xml_report.hpp"
#include "formats/xml_text.hpp"

namespace testfarm {

void read_nunit(const pugi::xml_node& root, XmlReport& to);
void read_nunit_2(const pugi::xml_node& root, XmlReport& to);

}  // namespace testfarm

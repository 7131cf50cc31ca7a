// TRX, what `dotnet test --logger trx` and vstest write (Microsoft's vstst.xsd, TeamTest/2010).
#pragma once

#include "formats/xml_report.hpp"
#include "formats/xml_text.hpp"

namespace testfarm {

void read_trx(const pugi::xml_node& root, XmlReport& to);

}  // namespace testfarm

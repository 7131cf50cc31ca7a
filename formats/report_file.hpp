// Files of test results in XML: JUnit in the dialects of its many writers, NUnit 2 and 3, xUnit.net, TRX,
// CppUnit. Which of them a file is says its root.
#pragma once

#include "base/file.hpp"
#include "base/result.hpp"
#include "formats/xml_report.hpp"

namespace testfarm {

// Adds a file. What cannot be read of it is a broken promise; an error where the file cannot be opened.
Status read_report_file(const Path& file, XmlReport& to);
// The same of bytes that are here.
void read_report(std::string bytes, const Path& name, XmlReport& to);

}  // namespace testfarm

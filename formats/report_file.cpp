#include "formats/report_file.hpp"

#include "base/text.hpp"
#include "formats/cppunit.hpp"
#include "formats/junit.hpp"
#include "formats/nunit.hpp"
#include "formats/trx.hpp"
#include "formats/xunit_net.hpp"

namespace testfarm {
namespace {

using Reader = void (*)(const pugi::xml_node&, XmlReport&);

Reader reader_for(const pugi::xml_node& root) {
  const std::string_view name = root.name();
  if (name == "test-run") return read_nunit;
  if (name == "test-results") return read_nunit_2;
  if (name == "assemblies" || name == "assembly") return read_xunit_net;
  if (name == "TestRun")
    return root.child("SuccessfulTests") || root.child("FailedTests") ? read_cppunit : read_trx;
  if (name == "testsuites" || name == "testsuite") return read_junit;
  // Some wrap it once more: Eclipse's <testrun>.
  return root.child("testsuite") || root.child("testcase") ? read_junit : nullptr;
}

void read_tree(const Result<std::unique_ptr<XmlText>>& xml, const Path& file, XmlReport& to) {
  if (!xml) return to.broken(xml.error().context);
  const std::string& broken = (*xml)->broken;
  if (!broken.empty()) to.broken(broken);
  to.begin(file);
  // Who writes once a batch into one file leaves several documents there.
  bool known = true;
  for (const pugi::xml_node& root : (*xml)->document.children()) {
    if (root.type() != pugi::node_element) continue;
    const Reader reader = reader_for(root);
    if (reader != nullptr) {
      reader(root, to);
    } else {
      known = false;
      if (broken.empty())
        to.broken(concat(file.string(), " is no report of tests that is known here: its root is ",
                         in_quotes(root.name())));
    }
  }
  if (broken.empty() && known) to.end(file);
}

}  // namespace

Status read_report_file(const Path& file, XmlReport& to) {
  const auto xml = read_xml(file);
  if (!xml && xml.error().kind != ErrorKind::bad_input) return tl::unexpected(xml.error());
  read_tree(xml, file, to);
  return {};
}

void read_report(std::string bytes, const Path& name, XmlReport& to) {
  read_tree(parse_xml(std::move(bytes), name.string()), name, to);
}

}  // namespace testfarm

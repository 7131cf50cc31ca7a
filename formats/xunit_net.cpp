#include "formats/xunit_net.hpp"

#include "base/text.hpp"

namespace testfarm {
namespace {

void add_test(const pugi::xml_node& test, XmlReport& to) {
  const std::string_view result = test.attribute("result").value();
  const TestOutcome outcome = result == "Pass"   ? TestOutcome::passed
                              : result == "Fail" ? TestOutcome::failed
                                                 : TestOutcome::skipped;  // Skip, NotRun
  const pugi::xml_node failure = test.child("failure");
  to.add({}, {.name = test.attribute("name").value(),
              .outcome = outcome,
              .seconds = seconds_in(test.attribute("time").value()),
              .message = outcome == TestOutcome::passed
                             ? ""
                             : joined_message(
                                   {text_of(failure.child("message")), text_of(failure.child("stack-trace")),
                                    text_of(test.child("reason")), text_of(test.child("output"))})});
}

// What goes wrong outside of tests: a fixture's clean-up, an assembly that does not load.
void add_error(const pugi::xml_node& error, const pugi::xml_node& assembly, XmlReport& to) {
  std::string name = error.attribute("name").value();
  if (name.empty()) name = Path(assembly.attribute("name").value()).filename().string();
  const pugi::xml_node failure = error.child("failure");
  to.add({}, {.name = concat(error.attribute("type").value(), " ", name),
              .outcome = TestOutcome::error,
              .message = joined_message(
                  {text_of(failure.child("message")), text_of(failure.child("stack-trace"))})});
}

void read_assembly(const pugi::xml_node& assembly, XmlReport& to) {
  for (const pugi::xml_node& collection : assembly.children("collection"))
    for (const pugi::xml_node& test : collection.children("test")) add_test(test, to);
  for (const pugi::xml_node& error : assembly.child("errors").children("error"))
    add_error(error, assembly, to);
}

}  // namespace

void read_xunit_net(const pugi::xml_node& root, XmlReport& to) {
  if (std::string_view(root.name()) == "assembly") return read_assembly(root, to);
  for (const pugi::xml_node& assembly : root.children("assembly")) read_assembly(assembly, to);
}

}  // namespace testfarm

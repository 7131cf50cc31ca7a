#include "formats/cppunit.hpp"

#include "base/text.hpp"

namespace testfarm {

void read_cppunit(const pugi::xml_node& root, XmlReport& to) {
  for (const pugi::xml_node& test : root.child("FailedTests").children("FailedTest")) {
    const pugi::xml_node place = test.child("Location");
    const std::string where =
        place ? concat(text_of(place.child("File")), ":", text_of(place.child("Line"))) : "";
    const bool error = text_of(test.child("FailureType")) == "Error";
    to.add({}, {.name = text_of(test.child("Name")),
                .outcome = error ? TestOutcome::error : TestOutcome::failed,
                .message = joined_message({where, text_of(test.child("Message"))})});
  }
  for (const pugi::xml_node& test : root.child("SuccessfulTests").children("Test"))
    to.add({}, {.name = text_of(test.child("Name")), .outcome = TestOutcome::passed});
}

}  // namespace testfarm

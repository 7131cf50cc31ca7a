#include "formats/nunit.hpp"

#include "base/text.hpp"

namespace testfarm {
namespace {

TestOutcome outcome_of(std::string_view result, std::string_view label) {
  if (result == "Failed")
    return label.empty() ? TestOutcome::failed : TestOutcome::error;  // Error, Invalid, Cancelled
  if (result == "Passed" || result == "Warning") return TestOutcome::passed;
  return TestOutcome::skipped;  // Skipped, Inconclusive
}

std::string message_of(const pugi::xml_node& node) {
  const pugi::xml_node failure = node.child("failure");
  return joined_message({text_of(failure.child("message")), text_of(failure.child("stack-trace")),
                         text_of(node.child("reason").child("message")), text_of(node.child("output"))});
}

std::string name_of(const pugi::xml_node& node) {
  const std::string full = node.attribute("fullname").value();
  return full.empty() ? node.attribute("name").value() : full;
}

// Answers how many of its tests are bad.
std::uint64_t walk(const pugi::xml_node& node, XmlReport& to) {
  std::uint64_t bad = 0;
  for (const pugi::xml_node& child : node.children()) {
    const std::string_view kind = child.name();
    if (kind != "test-case" && kind != "test-suite") continue;
    const TestOutcome outcome =
        outcome_of(child.attribute("result").value(), child.attribute("label").value());
    if (kind == "test-case") {
      if (is_bad(outcome)) ++bad;
      to.add({}, {.name = name_of(child),
                  .outcome = outcome,
                  .seconds = seconds_in(child.attribute("duration").value()),
                  .message = outcome == TestOutcome::passed ? "" : message_of(child)});
      continue;
    }
    const std::uint64_t inner = walk(child, to);
    bad += inner;
    // What could not be loaded or set up fails without a test that would.
    if (inner > 0 || !is_bad(outcome)) continue;
    ++bad;
    to.add({}, {.name = name_of(child), .outcome = TestOutcome::error, .message = message_of(child)});
  }
  return bad;
}

// Answers how many of its tests are bad.
std::uint64_t walk_2(const pugi::xml_node& node, XmlReport& to) {
  std::uint64_t bad = 0;
  for (const pugi::xml_node& child : node.children()) {
    if (std::string_view(child.name()) != "test-case") {
      const std::uint64_t inner = walk_2(child, to);
      bad += inner;
      const std::string_view result = child.attribute("result").value();
      // As above: a fixture's set-up or tear-down.
      if (inner > 0 || (result != "Error" && result != "Failure")) continue;
      ++bad;
      to.add({}, {.name = name_of(child), .outcome = TestOutcome::error, .message = message_of(child)});
      continue;
    }
    const std::string_view result = child.attribute("result").value();
    const bool ran = std::string_view(child.attribute("executed").value()) == "True";
    const bool passed =
        result.empty() ? std::string_view(child.attribute("success").value()) == "True" : result == "Success";
    const TestOutcome outcome = !ran || result == "Inconclusive" ? TestOutcome::skipped
                                : passed                         ? TestOutcome::passed
                                : result == "Error"              ? TestOutcome::error
                                                                 : TestOutcome::failed;
    if (is_bad(outcome)) ++bad;
    to.add({}, {.name = child.attribute("name").value(),
                .outcome = outcome,
                .seconds = seconds_in(child.attribute("time").value()),
                .message = outcome == TestOutcome::passed ? "" : message_of(child)});
  }
  return bad;
}

}  // namespace

void read_nunit(const pugi::xml_node& root, XmlReport& to) {
  const std::uint64_t bad = walk(root, to);
  if (bad == 0 && std::string_view(root.attribute("result").value()) == "Failed")
    to.broken(concat(to.file(), ": the run failed, and no test of it did"));
}

void read_nunit_2(const pugi::xml_node& root, XmlReport& to) { walk_2(root, to); }

}  // namespace testfarm

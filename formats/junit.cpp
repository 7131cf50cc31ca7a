// Through pugixml, which knows no DTDs.
#include "formats/junit.hpp"

#include <algorithm>
#include <pugixml.hpp>

#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_bytes = 64 << 20;

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// The worst of what stands in a case (the reading rule for all dialects).
TestOutcome outcome_of(const pugi::xml_node& test) {
  if (test.child("error")) return TestOutcome::error;
  if (test.child("failure")) return TestOutcome::failed;
  // CTest says so of a test whose program is missing, and counts it as skipped. Its words for others begin
  // so:
  const std::string_view why = test.child("skipped").attribute("message").value();
  const bool meant = why.empty() || why.starts_with("Disabled") || why.starts_with("SKIP_");
  if (std::string_view(test.attribute("status").value()) == "notrun" && test.child("skipped") && !meant)
    return TestOutcome::error;
  if (test.child("skipped") ||
      is_one_of(test.attribute("status").value(), {"skipped", "disabled", "notrun", "ignored"}) ||
      is_one_of(test.attribute("result").value(), {"suppressed", "skipped"}))
    return TestOutcome::skipped;
  return TestOutcome::passed;
}

std::string message_of(const pugi::xml_node& test) {
  std::string message;
  for (const pugi::xml_node& child : test.children()) {
    if (!is_one_of(child.name(), {"error", "failure", "skipped"})) continue;
    const std::string_view short_text = child.attribute("message").value();
    const std::string_view long_text = trim(child.text().get());
    if (!message.empty()) message += '\n';
    message += short_text;
    if (!long_text.empty() && long_text.find(short_text) == 0)
      message.erase(message.size() - short_text.size());
    if (!message.empty() && !message.ends_with('\n') && !long_text.empty()) message += '\n';
    message += long_text;
  }
  return message;
}

double seconds_of(const pugi::xml_node& test) {
  std::string text = test.attribute("time").value();
  std::erase(text, ',');
  return std::max(to_double(text).value_or(0), 0.0);
}

// "classname/name"; a class that only says the name again is left out.
std::string name_of_case(const pugi::xml_node& test) {
  const std::string name = test.attribute("name").value();
  const std::string class_name = test.attribute("classname").value();
  return class_name.empty() || class_name == name ? name : concat(class_name, '/', name);
}

class Walker final : public pugi::xml_tree_walker {
 public:
  explicit Walker(TestCollector& to) : to_(to) {}
  bool for_each(pugi::xml_node& node) override {
    if (std::string_view(node.name()) != "testcase") return true;
    const TestOutcome outcome = outcome_of(node);
    to_.add({.name = name_of_case(node),
             .outcome = outcome,
             .seconds = seconds_of(node),
             .message = outcome == TestOutcome::passed ? "" : message_of(node)});
    return true;
  }

 private:
  TestCollector& to_;
};

}  // namespace

Status read_junit(const Path& file, TestCollector& to) {
  TRY_SET(const std::string text, read_file(file, most_bytes));
  pugi::xml_document document;
  const auto parsed =
      document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed)
    return fail(ErrorKind::bad_input,
                concat(file.string(), ": no XML at byte ", parsed.offset, ": ", parsed.description()));
  if (!document.child("testsuites") && !document.child("testsuite"))
    return fail(ErrorKind::bad_input,
                concat(file.string(), " is no JUnit XML: its root is neither testsuites nor testsuite"));
  Walker walker(to);
  document.traverse(walker);
  return {};
}

}  // namespace testfarm

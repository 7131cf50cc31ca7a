#include "formats/junit.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace testfarm {
namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool has_any(const pugi::xml_node& test, std::initializer_list<const char*> children) {
  return std::any_of(children.begin(), children.end(), [&](const char* name) { return test.child(name); });
}

// CTest says "not run" of a test whose program is missing, and counts it as skipped. Its words for others
// begin so:
bool was_to_run(const pugi::xml_node& test) {
  const std::string_view why = test.child("skipped").attribute("message").value();
  return std::string_view(test.attribute("status").value()) == "notrun" && test.child("skipped") &&
         !why.empty() && !why.starts_with("Disabled") && !why.starts_with("SKIP_");
}

TestOutcome outcome_of(const pugi::xml_node& test) {
  const bool skipped = has_any(test, {"skipped", "disabled", "ignored", "pending"});
  const bool bad = has_any(test, {"error", "failure"});
  // Both together: it was expected to fail (node's todo, Catch2's !shouldfail).
  if (bad && !skipped) return test.child("error") ? TestOutcome::error : TestOutcome::failed;
  if (was_to_run(test)) return TestOutcome::error;
  const std::string_view status = test.attribute("status").value();
  const std::string_view result = test.attribute("result").value();
  if (skipped || is_one_of(status, {"skipped", "disabled", "notrun", "ignored", "pending"}) ||
      is_one_of(result, {"suppressed", "skipped", "skip", "xfail"}))
    return TestOutcome::skipped;
  if (is_one_of(status, {"failed", "fail", "failure"}) ||
      is_one_of(result, {"failed", "fail", "failure", "xpass"}))
    return TestOutcome::failed;
  if (is_one_of(status, {"error", "crashed", "timeout"})) return TestOutcome::error;
  return TestOutcome::passed;
}

// What makes a test flaky: it failed and passed when it ran once more (Surefire, nextest).
bool is_flaky(const pugi::xml_node& test) { return has_any(test, {"flakyFailure", "flakyError"}); }

std::string message_of(const pugi::xml_node& test, const pugi::xml_node& suite) {
  std::vector<std::string> texts;
  for (const pugi::xml_node& child : test.children())
    if (is_one_of(child.name(), {"error", "failure", "skipped", "flakyFailure", "flakyError", "rerunFailure",
                                 "rerunError"}))
      texts.push_back(joined_message({child.attribute("message").value(), text_of(child)}));
  const pugi::xml_node speaker = has_any(test, {"system-out", "system-err"}) ? test : suite;
  for (const char* stream : {"system-out", "system-err"})
    for (const pugi::xml_node& child : speaker.children(stream)) texts.push_back(text_of(child));
  return joined_message(texts);
}

// "tests.unit.test_a.TestX" → "tests/unit/test_a.py::TestX": a file and the classes in it, which begin with a
// capital.
std::string pytest_name(const pugi::xml_node& test, const std::string& class_name, const std::string& name) {
  if (class_name.empty()) return name;
  std::string file = test.attribute("file").value();
  std::string path;
  std::string classes;
  for (const std::string_view part : split(class_name, '.')) {
    const bool is_class =
        !classes.empty() || (!path.empty() && !part.empty() && part.front() >= 'A' && part.front() <= 'Z');
    if (is_class)
      classes += concat(part, "::");
    else
      path += concat(path.empty() ? "" : "/", part);
  }
  if (file.empty()) file = path + ".py";
  return concat(file, "::", classes, name);
}

using Suites = std::vector<std::string>;  // names, the outermost first

std::string joined(const Suites& suites, std::size_t from = 0) {
  std::string path;
  for (std::size_t i = from; i < suites.size(); ++i) path += concat(path.empty() ? "" : "/", suites[i]);
  return path;
}

class Reader {
 public:
  explicit Reader(XmlReport& to) : to_(to) {}

  struct Counts {
    std::uint64_t cases = 0;
    std::uint64_t bad = 0;
    std::uint64_t expected = 0;  // failures that were expected
  };

  Counts suite(const pugi::xml_node& node, const Suites& path) {
    Counts counts;
    bool named_bad = false;
    for (const pugi::xml_node& child : node.children()) {
      const std::string_view name = child.name();
      if (name == "testcase") {
        add_case(child, node, path, counts);
      } else if (is_one_of(name, {"error", "failure"})) {
        add_suite_error(child, node, path);
        named_bad = true;
      } else if (child.type() == pugi::node_element &&
                 !is_one_of(name, {"properties", "system-out", "system-err"})) {
        Suites inside = path;
        if (name == "testsuite") inside.emplace_back(child.attribute("name").value());
        const Counts inner = suite(child, inside);
        counts.cases += inner.cases;
        counts.bad += inner.bad;
        counts.expected += inner.expected;
      }
    }
    if (named_bad) ++counts.bad;
    check_counts(node, counts);
    return counts;
  }

 private:
  // The counts of a suite are often wrong; but one that speaks of failures has seen some.
  void check_counts(const pugi::xml_node& node, const Counts& counts) {
    const auto count = [&](const char* name) {
      return to_unsigned(node.attribute(name).value()).value_or(0);
    };
    const std::string name = in_quotes(node.attribute("name").value());
    // Qt Test counts each message of a passed test, a qDebug() too, as an error.
    const bool counts_messages =
        node.child("properties").find_child_by_attribute("property", "name", "QTestVersion");
    if (const auto failures = count("failures") + (counts_messages ? 0 : count("errors"));
        failures > 0 && counts.bad + counts.expected == 0)
      to_.broken(concat(to_.file(), ": the suite ", name, " counts ", counted(failures, "failure"),
                        " and names none"));
    if (const auto tests = count("tests"); tests > count("disabled") && counts.cases + counts.bad == 0)
      to_.broken(
          concat(to_.file(), ": the suite ", name, " counts ", counted(tests, "test"), " and names none"));
  }

  void add_suite_error(const pugi::xml_node& error, const pugi::xml_node& suite, const Suites& path) {
    to_.add(joined(path), {.name = joined(path).empty() ? to_.file() : joined(path),
                           .outcome = TestOutcome::error,
                           .message = joined_message({error.attribute("message").value(), text_of(error),
                                                      text_of(suite.child("system-err"))})});
  }

  void add_case(const pugi::xml_node& test, const pugi::xml_node& suite, const Suites& path, Counts& counts) {
    ++counts.cases;
    // elm-test's are remarks between tests.
    if (test.attribute("name").empty() && test.attribute("classname").empty() &&
        outcome_of(test) == TestOutcome::passed)
      return to_.ran(1);
    TestResult result{.name = name_of(test, suite, path),
                      .outcome = outcome_of(test),
                      .seconds = seconds_in(test.attribute("time").value()),
                      .flaky = is_flaky(test)};
    if (result.outcome != TestOutcome::passed || result.flaky) result.message = message_of(test, suite);
    if (is_bad(result.outcome)) ++counts.bad;
    if (result.outcome == TestOutcome::skipped && has_any(test, {"error", "failure"})) ++counts.expected;
    // pytest tells what goes wrong after a test as a case of the same name.
    if (std::string_view(suite.attribute("name").value()) == "pytest")
      to_.add_again(joined(path), std::move(result));
    else
      to_.add(joined(path), std::move(result));
  }

  // As the writer's own console says it, where it has one; else "class/name".
  std::string name_of(const pugi::xml_node& test, const pugi::xml_node& suite, const Suites& path) const {
    std::string name(trim(test.attribute("name").value()));
    std::string class_name(trim(test.attribute("classname").value()));
    if (name.empty())
      return !class_name.empty() ? class_name : joined(path).empty() ? to_.file() : joined(path);
    const std::string_view writer = suite.attribute("name").value();
    if (writer == "pytest") return pytest_name(test, class_name, name);
    // GoogleTest's own attribute.
    if (is_one_of(test.attribute("result").value(), {"completed", "skipped", "suppressed"}) &&
        !class_name.empty())
      return concat(class_name, '.', name);
    if (class_name == "test" || class_name == "suite") {
      const std::string suites = joined(path);  // node
      return suites.empty() ? name : concat(suites, '/', name);
    }
    if (class_name.ends_with(".bats")) return name;
    // Catch2 has no other suite's name to give than its program's.
    if (std::string_view(suite.attribute("hostname").value()) == "tbd") return name;
    if (writer == "Mocha Tests" && !class_name.empty()) return concat(class_name, ' ', name);
    if (class_name == name || class_name.empty()) return in_suites(path, name);
    // jest-junit, .NET's logger and others say the class in the name again.
    if (name.size() > class_name.size() && name.starts_with(class_name) &&
        (name[class_name.size()] == ' ' || name[class_name.size()] == '.' ||
         (name[class_name.size()] == ':' && name.find(" / ") != std::string::npos)))
      return name;  // Meson
    if (name.size() > class_name.size() && name.ends_with(class_name) &&
        name[name.size() - class_name.size() - 1] == ' ')
      return name;
    return concat(class_name, '/', name);
  }
  // Of a test without a class: the suites that stand within the outermost one.
  static std::string in_suites(const Suites& path, const std::string& name) {
    const std::string inner = joined(path, 1);
    return inner.empty() ? name : concat(inner, '/', name);
  }

  XmlReport& to_;
};

}  // namespace

void read_junit(const pugi::xml_node& root, XmlReport& to) {
  const bool suite = std::string_view(root.name()) == "testsuite";
  Reader(to).suite(root, suite ? Suites{root.attribute("name").value()} : Suites{});
}

}  // namespace testfarm

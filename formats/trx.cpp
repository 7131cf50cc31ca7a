#include "formats/trx.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"

namespace testfarm {
namespace {

TestOutcome outcome_of(std::string_view outcome) {
  if (outcome == "Passed" || outcome == "Warning") return TestOutcome::passed;
  if (outcome == "Failed") return TestOutcome::failed;
  for (const std::string_view skipped :
       {"NotExecuted", "Inconclusive", "Pending", "NotRunnable", "Completed"})
    if (outcome == skipped) return TestOutcome::skipped;
  return TestOutcome::error;  // Error, Timeout, Aborted, Disconnected, InProgress, PassedButRunAborted
}

class Reader {
 public:
  Reader(const pugi::xml_node& root, XmlReport& to) : to_(to) {
    for (const pugi::xml_node& test : root.child("TestDefinitions").children("UnitTest"))
      classes_[test.attribute("id").value()] = test.child("TestMethod").attribute("className").value();
  }

  // Answers how many are bad.
  std::uint64_t results(const pugi::xml_node& list) {
    std::uint64_t bad = 0;
    for (const pugi::xml_node& result : list.children()) {
      // Of one with data the rows are the tests.
      if (const pugi::xml_node inner = result.child("InnerResults")) {
        bad += results(inner);
        continue;
      }
      bad += add(result) ? 1U : 0U;
    }
    return bad;
  }

 private:
  bool add(const pugi::xml_node& result) {
    const TestOutcome outcome = outcome_of(result.attribute("outcome").value());
    const pugi::xml_node output = result.child("Output");
    const pugi::xml_node error = output.child("ErrorInfo");
    to_.add({}, {.name = name_of(result),
                 .outcome = outcome,
                 .seconds = seconds_in(result.attribute("duration").value()),
                 .message = outcome == TestOutcome::passed
                                ? ""
                                : joined_message(
                                      {text_of(error.child("Message")), text_of(error.child("StackTrace")),
                                       text_of(output.child("StdOut")), text_of(output.child("StdErr"))})});
    return is_bad(outcome);
  }
  std::string name_of(const pugi::xml_node& result) {
    const std::string name = result.attribute("testName").value();
    // "Namespace.Class, Assembly, Version=…" where the assembly is named.
    const std::string whole = classes_[result.attribute("testId").value()];
    const std::string class_name = whole.substr(0, whole.find(','));
    return class_name.empty() || name.starts_with(class_name) ? name : concat(class_name, '.', name);
  }

  XmlReport& to_;
  std::map<std::string, std::string> classes_;  // by the test's id
};

}  // namespace

void read_trx(const pugi::xml_node& root, XmlReport& to) {
  const std::uint64_t bad = Reader(root, to).results(root.child("Results"));
  // A host that crashed leaves no result of what it ran.
  const pugi::xml_node summary = root.child("ResultSummary");
  const std::string_view outcome = summary.attribute("outcome").value();
  if (bad > 0 || outcome.empty() || outcome == "Completed" || outcome == "Passed" || outcome == "Warning")
    return;
  std::string why;
  for (const pugi::xml_node& info : summary.child("RunInfos").children("RunInfo"))
    if (std::string_view(info.attribute("outcome").value()) != "Warning") why = text_of(info);
  to.broken(concat(to.file(), ": the run ended as ", in_quotes(outcome), why.empty() ? "" : ": ",
                   why.substr(0, why.find('\n'))));
}

}  // namespace testfarm

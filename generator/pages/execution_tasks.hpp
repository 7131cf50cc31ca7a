// Tasks and commands of an execution's page: what is open and what folded, how much of the output is shown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generator/html/fields.hpp"
#include "store/log/execution_document.hpp"
#include "store/summary/summary.hpp"

namespace testfarm {

std::string task_anchor(std::size_t task);  // t3
Progress progress_of(const DocumentTask& task, bool execution_ended);
Nodes stats_rows(const Stats& stats);

// What is quoted at the top: of the first command that failed, what its first failing test says, or the line
// of its output that says why; where no line looks like an error, the last ones.
struct FirstError {
  std::string text;  // empty for last lines
  std::string link;  // #t3c2x4, #t3c2l17
  std::string quoted_html;
};

// Tells tasks and commands in their order. The page has room for so much output; what failed and what came
// first has the better part of it, the rest is in the raw text.
class TaskTeller {
 public:
  TaskTeller(bool ended, std::string raw_link);
  Fields task(const DocumentTask& task, std::size_t number);
  const std::optional<FirstError>& first_error() const { return first_error_; }

 private:
  Fields command(const DocumentCommand& command, const std::string& anchor, Progress of_task);
  Fields tests(const std::vector<TestResult>& tests, const std::string& anchor);
  void output(Fields& fields, const DocumentCommand& command, const std::string& anchor, bool failed);
  void remember_test(const std::vector<TestResult>& tests, const std::string& anchor);
  void remember_error(const struct OutputHtml& tail, std::string_view text, const std::string& anchor,
                      const std::string& tail_anchor);

  bool ended_;
  std::string raw_link_;
  std::size_t room_;       // of output, in bytes of HTML
  std::size_t test_room_;  // of test results, in bytes
  std::size_t tests_shown_ = 0;
  bool first_bad_shown_ = false;  // of the command told last
  std::optional<FirstError> first_error_;
};

}  // namespace testfarm

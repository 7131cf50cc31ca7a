#include "generator/pages/test_alone.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace testfarm {
namespace {

bool fails(const TestResult& test) {
  return test.outcome == TestOutcome::failed || test.outcome == TestOutcome::error;
}

// CMake's regular expressions have no other characters of their own.
std::string as_regex(std::string_view text) {
  std::string regex;
  for (const char c : text) {
    if (std::string_view(".[]()*+?^$|\\").find(c) != std::string_view::npos) regex += '\\';
    regex += c;
  }
  return regex;
}

bool has_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const char before = at == 0 ? ' ' : text[at - 1];
    const char after = at + word.size() < text.size() ? text[at + word.size()] : ' ';
    if (std::string_view(" /;&|(").find(before) != std::string_view::npos &&
        std::string_view(" ;&|)\n").find(after) != std::string_view::npos)
      return true;
  }
  return false;
}

}  // namespace

std::string test_alone(const DocumentCommand& command) {
  const auto test = std::find_if(command.tests.begin(), command.tests.end(), fails);
  if (test == command.tests.end() || test->name.find_first_of(std::string("\n\r\0", 3)) != std::string::npos)
    return {};
  const auto says = [&](std::string_view words) {
    return command.output.find(words) != std::string::npos ||
           command.output_tail.find(words) != std::string::npos;
  };
  if (has_word(command.line, "ctest"))
    return "ctest -R " + in_shell_quotes(concat('^', as_regex(test->name), '$'));
  if (has_word(command.line, "pytest") && test->name.find("::") != std::string::npos)
    return "python3 -m pytest " + in_shell_quotes(test->name);
  if (says("[ RUN      ] " + test->name))
    return "its program with --gtest_filter=" + in_shell_quotes(test->name);
  return {};
}

}  // namespace testfarm

// Any bytes as what a test runner prints or writes, in each format and in all at once: no crash, and names
// and messages as an event may have them. The first byte says the format.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/utf8.hpp"
#include "client/run/terminal_lines.hpp"
#include "formats/automatic.hpp"
#include "formats/report_file.hpp"
#include "formats/text_results.hpp"
#include "schema/limits.hpp"

namespace {

using namespace testfarm;

void check(const TestCollector& found) {
  for (const TestResult& result : found.results()) {
    if (result.name.empty() || result.name.size() > limits::name || !is_utf8(result.name)) std::abort();
    for (const char c : result.name)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) std::abort();
    if (result.message.size() > limits::message || !is_utf8(result.message)) std::abort();
  }
}

void print(TestParser& parser, std::string_view text) {
  TestCollector found;
  TerminalLines lines([&](std::string_view line) { parser.line(line, found); });
  lines.feed(text);
  lines.finish();
  parser.finish(found);
  check(found);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t choice = data[0] % (test_format_names().size() + 1);
  if (choice < 1) {
    XmlReport report;
    read_report(std::string(input), "report.xml", report);
    check(report.take());
  } else if (const auto parser = test_parser(static_cast<TestFormat>(choice))) {
    print(*parser, input);
  } else {
    AutomaticParser automatic;
    print(automatic, input);
  }
  return 0;
}

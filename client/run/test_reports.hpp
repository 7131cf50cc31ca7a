// The test results that a command has printed and written, and what its reports promised and did not keep: a
// plan, a last line, a file, a single result. Who asks for results and gets none has not tested.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "client/definition/definition.hpp"
#include "schema/event.hpp"

namespace testfarm {

struct TestReports {
  std::vector<TestResult> tests;
  std::uint64_t unnamed = 0;         // ran, and have no names
  std::vector<std::string> broken;   // promises, a sentence each
  std::vector<std::string> remarks;  // for whoever reads: the formats found, files that an earlier run left
};

// Reads the output in its file, and the files that `command.junit` names, from `directory` on. Files that
// were written more than command.max_age before `since` (wall clock) are an earlier run's. Errors are those
// of the output's file.
Result<TestReports> read_test_reports(const CommandDefinition& command, const Path& output,
                                      const Path& directory, Millis since);

}  // namespace testfarm

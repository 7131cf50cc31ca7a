// An execution as its log tells it, with all output: what the execution's page and its raw text are made
// from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "schema/event.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"

namespace testfarm {

struct DocumentCommand {
  std::string line;
  std::string output;         // all that came, in order
  std::string output_tail;    // what came after bytes were left out
  std::uint64_t omitted = 0;  // bytes between the two
  std::vector<TestResult> tests;
  std::optional<CommandEnded> end;
};

struct DocumentTask {
  TaskStarted start;
  std::vector<DocumentCommand> commands;
  std::optional<TaskEnded> end;
};

constexpr std::size_t most_commands = 20'000;  // of a page: a few bytes of numbers must not cost gigabytes

struct ExecutionDocument {
  std::size_t commands = 0;  // made so far
  DocumentCommand surplus;   // takes what comes beyond most_commands
  ExecutionStarted start;
  std::vector<DocumentTask> tasks;
  std::optional<ExecutionEnded> end;
};

// not_found where neither log nor packed log is there: the output has expired.
Result<ExecutionDocument> read_execution_document(const Layout& layout, const ExecutionKey& key);

}  // namespace testfarm

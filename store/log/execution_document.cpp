#include "store/log/execution_document.hpp"

#include "base/gzip.hpp"
#include "base/text.hpp"
#include "schema/codec.hpp"
#include "store/log/frame.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_bytes = 1U << 30;

DocumentTask& task_at(ExecutionDocument& document, std::uint64_t number) {
  if (document.tasks.size() < number) document.tasks.resize(static_cast<std::size_t>(number));
  return document.tasks[static_cast<std::size_t>(number - 1)];
}

DocumentCommand& command_at(ExecutionDocument& document, std::uint64_t task, std::uint64_t number) {
  auto& commands = task_at(document, task).commands;
  if (commands.size() < number) {
    const std::size_t more = static_cast<std::size_t>(number) - commands.size();
    if (document.commands + more > most_commands) return document.surplus = {};
    document.commands += more;
    commands.resize(static_cast<std::size_t>(number));
  }
  return commands[static_cast<std::size_t>(number - 1)];
}

struct Tell {
  ExecutionDocument& document;
  void operator()(const ExecutionStarted& event) const { document.start = event; }
  void operator()(const TaskStarted& event) const { task_at(document, event.task).start = event; }
  void operator()(const CommandStarted& event) const {
    command_at(document, event.task, event.command).line = event.line;
  }
  void operator()(const Output& event) const {
    DocumentCommand& command = command_at(document, event.task, event.command);
    command.omitted += event.omitted;
    (command.omitted > 0 ? command.output_tail : command.output) += event.text;
  }
  void operator()(const CommandEnded& event) const {
    command_at(document, event.task, event.command).end = event;
  }
  void operator()(const TestResults& event) const {
    auto& tests = command_at(document, event.task, event.command).tests;
    tests.insert(tests.end(), event.tests.begin(), event.tests.end());
  }
  void operator()(const TaskEnded& event) const { task_at(document, event.task).end = event; }
  void operator()(const ExecutionEnded& event) const { document.end = event; }
  void operator()(const EventsLost&) const {}
};

Result<std::string> read_log(const Layout& layout, const ExecutionKey& key) {
  TRY_SET(auto plain, read_file_if_there(layout.log(key), most_bytes));
  if (plain && !plain->empty()) return *std::move(plain);
  TRY_SET(const std::string packed, read_file(layout.packed_log(key), most_bytes));
  return gunzip(packed, most_bytes);
}

}  // namespace

Result<ExecutionDocument> read_execution_document(const Layout& layout, const ExecutionKey& key) {
  TRY_SET(const std::string log, read_log(layout, key));
  ExecutionDocument document;
  FrameReader reader(reading(log), 0, log.size());
  for (;;) {
    TRY_SET(const auto frame, reader.next());
    if (!frame) return document;
    for (const std::string_view line : split_lines(frame->lines))
      if (const auto event = decode_event(line)) std::visit(Tell{document}, event->body);
  }
}

}  // namespace testfarm

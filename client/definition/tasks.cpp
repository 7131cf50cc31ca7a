#include "client/definition/tasks.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "client/platform/facts.hpp"
#include "schema/codec.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

constexpr std::uint64_t most_repeats = 100;

// [a-z0-9.-] parts of "Linux", "x86_64", "Debian GNU/Linux 12 (bookworm)" that a platform may be called by.
bool is_platform(const std::string& wanted) {
  const auto lower = [](std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
  };
  for (const std::string& name : platform_names())
    if (lower(name).find(lower(wanted)) != std::string::npos) return true;
  return false;
}

// What a farm would refuse is better said here.
Status farm_takes(EventBody body) {
  TRY(decode_event(encode_event({1, 0, std::move(body)})));
  return {};
}

// Whether it has a statement at all; that it has none is told elsewhere.
bool item_says(const toml_file::Value& item) {
  const auto* table = item.as_table();
  return item.as_string() != nullptr || (table != nullptr && table->contains("run"));
}

class TaskReader {
 public:
  using Reader = ReadingContext::Reader;
  using Value = ReadingContext::Value;

  TaskReader(ReadingContext& context, CommandLimits limits) : context_(context), limits_(limits) {}

  void read(Reader& reader, Definition& definition) {
    for (const auto* value : reader.tables("task")) {
      Reader inner = context_.reader_of(*value);
      TaskDefinition task = read_task(inner, *value);
      const bool on = inner.flag("enabled", true);
      const auto platforms = inner.text_or_texts("platforms");
      inner.done();
      const auto same = [&](const TaskDefinition& other) { return other.name == task.name; };
      if (std::any_of(definition.tasks.begin(), definition.tasks.end(), same))
        inner.problem(*value, concat("there is a task ", in_quotes(task.name),
                                     " already; pages tell tasks by their names"));
      if (!on)
        definition.left_out.push_back(task.name + ": switched off");
      else if (!platforms.empty() && std::none_of(platforms.begin(), platforms.end(), is_platform))
        definition.left_out.push_back(task.name + ": not for this platform");
      else
        definition.tasks.push_back(std::move(task));
    }
    // Tasks may come with the revision.
    const bool more = !definition.repositories.empty() && !definition.repositories.front().definition.empty();
    if (definition.tasks.empty() && definition.left_out.empty() && !more)
      reader.problem(context_.root(), "there is no [[task]] to run");
    if (definition.tasks.size() > limits::tasks)
      reader.problem(context_.root(), concat("there are more than ", limits::tasks, " tasks"));
  }

 private:
  TaskDefinition read_task(Reader& reader, const Value& value) {
    TaskDefinition task;
    task.name = reader.required_text("name");
    if (!task.name.empty() || reader.any("name") != nullptr)
      if (const auto taken =
              farm_takes(TaskStarted{.task = 1, .name = task.name, .kind = task.kind, .mandatory = false});
          !taken)
        reader.problem(value, "name: " + taken.error().context);
    task.mandatory = reader.flag("mandatory", true);
    task.repeat = static_cast<std::uint64_t>(reader.integer("repeat", 1, 1, most_repeats));
    task.kind = static_cast<TaskKind>(
        reader.choice("kind", names_of<TaskKind>(), static_cast<std::size_t>(TaskKind::other)));
    read_services(reader, task);
    read_commands(reader, value, task);
    if (task.commands.size() * task.repeat + 2 * task.services.size() > limits::tasks)
      reader.problem(value,
                     concat("these are more than ", limits::tasks, " commands; put some into a script"));
    return task;
  }

  void read_services(Reader& reader, TaskDefinition& task) {
    for (const auto* value : reader.tables("service")) {
      Reader inner = context_.reader_of(*value);
      ServiceDefinition service;
      service.name = inner.required_text("name");
      service.run = context_.filled(*value, inner.required_text("run"));
      service.ready = context_.filled(*value, inner.text("ready"));
      service.stop = context_.filled(*value, inner.text("stop"));
      service.ready_within = inner.duration("ready_within", 60) * second_ms;
      service.environment = context_.variables(inner, "env");
      inner.done();
      const auto same = [&](const ServiceDefinition& other) { return other.name == service.name; };
      if (std::any_of(task.services.begin(), task.services.end(), same))
        inner.problem(*value, concat("there is a service ", in_quotes(service.name), " already"));
      if (const auto taken = farm_takes(CommandStarted{
              1, 1,
              concat(service.run, service.ready, service.name, "( ) & until do sleep 1; done  # service ")});
          !taken && !service.run.empty())
        inner.problem(*value, "the service: " + taken.error().context);
      task.services.push_back(std::move(service));
    }
  }

  void read_commands(Reader& reader, const Value& at, TaskDefinition& task) {
    const Value* commands = reader.any("commands");
    const auto* list = commands == nullptr ? nullptr : commands->as_array();
    if (list == nullptr || list->empty()) return reader.problem(at, "commands = [\"…\"] is missing or empty");
    for (const auto& item : *list) task.commands.push_back(read_command(item));
  }

  CommandDefinition read_command(const Value& item) {
    CommandDefinition command;
    command.timeout = limits_.timeout;
    command.silence = limits_.silence;
    if (const auto* line = item.as_string()) {
      command.run = context_.filled(item, *line);
    } else if (item.as_table() == nullptr) {
      context_.reader_of(context_.root())
          .problem(item, "a command must be a text or a table: { run = \"…\", timeout = \"5m\" }");
    } else {
      Reader reader = context_.reader_of(item);
      read_detailed(reader, item, command);
      reader.done();
    }
    if (command.run.size() > limits::command_text)
      context_.reader_of(context_.root())
          .problem(item, concat("the command is longer than ", limits::command_text,
                                " bytes; put it into a script"));
    else if (const auto taken = farm_takes(CommandStarted{1, 1, command.run}); !taken && item_says(item))
      context_.reader_of(context_.root()).problem(item, "the command: " + taken.error().context);
    return command;
  }

  void read_detailed(Reader& reader, const Value& item, CommandDefinition& command) {
    command.run = context_.filled(item, reader.required_text("run"));
    command.timeout = reader.duration("timeout", limits_.timeout / second_ms) * second_ms;
    command.silence = reader.duration("silence", limits_.silence / second_ms) * second_ms;
    command.info = read_modifiers(reader, item, "info", ModifierUse::info);
    command.stats = read_modifiers(reader, item, "stats", ModifierUse::stats);
    const auto success = read_modifiers(reader, item, "success", ModifierUse::success);
    if (success.size() > 1) reader.problem(item, "success must be one text: one judge decides");
    if (!success.empty()) command.success = success.front();
    command.tests = static_cast<TestFormat>(reader.choice("tests", test_format_names(), 0));
    for (const std::string& pattern : reader.text_or_texts("junit"))
      command.junit.push_back(context_.filled(item, pattern));
    command.allow_empty = reader.flag("allow_empty", false);
    command.max_age = reader.duration("max_age", 0) * second_ms;
    command.keep_output =
        static_cast<KeepOutput>(reader.choice("keep_output", {"always", "on-failure", "never"}, 0));
    command.environment = context_.variables(reader, "env");
  }

  std::vector<Modifier> read_modifiers(Reader& reader, const Value& at, std::string_view key,
                                       ModifierUse use) {
    std::vector<Modifier> modifiers;
    for (const std::string& text : reader.text_or_texts(key)) {
      auto modifier = parse_modifier(context_.filled(at, text), use);
      if (modifier)
        modifiers.push_back(*std::move(modifier));
      else
        reader.problem(at, concat(key, ' ', modifier.error().context));
    }
    return modifiers;
  }

  ReadingContext& context_;
  CommandLimits limits_;
};

}  // namespace

void read_tasks(ReadingContext& context, ReadingContext::Reader& reader, CommandLimits limits,
                Definition& definition) {
  TaskReader(context, limits).read(reader, definition);
}

}  // namespace testfarm

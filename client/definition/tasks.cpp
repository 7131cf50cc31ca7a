// The part of DefinitionReader that reads repositories, tasks and commands.
#include <algorithm>

#include "base/text.hpp"
#include "client/definition/reader.hpp"
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

}  // namespace

void DefinitionReader::read_repositories(Reader& reader, Definition& definition) {
  for (const auto* value : reader.tables("repository")) {
    RepositoryDefinition repository = read_repository(*value, definition.repositories.empty(), definition);
    for (const auto& other : definition.repositories)
      if (other.name == repository.name)
        reader.problem(*value, cat("there is a repository ", in_quotes(repository.name),
                                   " already; give this one another name"));
    parameters_[repository.name] = repository.directory.string();
    definition.repositories.push_back(std::move(repository));
  }
  if (definition.repositories.empty()) reader.problem(root_, "there is no [[repository]] to watch");
  if (definition.repositories.size() > limits::repositories)
    reader.problem(root_, cat("there are more than ", limits::repositories, " repositories"));
}

RepositoryDefinition DefinitionReader::read_repository(const Value& value, bool first,
                                                       const Definition& definition) {
  Reader reader = reader_of(value);
  RepositoryDefinition repository;
  repository.vcs = static_cast<Vcs>(reader.choice("vcs", {"git", "svn", "commands"}, 0));
  repository.name = reader.text("name", "source");
  repository.directory = definition.sandbox / reader.text("directory", repository.name);
  repository.url =
      repository.vcs == Vcs::commands ? reader.text("url", repository.name) : reader.required_text("url");
  read_branches(reader, value, first, repository);
  repository.updates = static_cast<Updates>(reader.choice("updates", {"newest", "each", "merges"}, 0));
  repository.ignore = reader.text_or_texts("ignore");
  if (repository.vcs == Vcs::git) {
    repository.submodules = reader.flag("submodules", true);
    repository.patience = std::max<Millis>(reader.duration("patience", 300), 1) * second_ms;
    repository.ssh_key = reader.text("ssh_key");
  } else if (repository.updates != Updates::newest || !repository.ignore.empty()) {
    reader.problem(value, "updates and ignore are for git repositories");
  }
  if (repository.vcs == Vcs::commands) {
    repository.remote = reader.required_text("remote");
    repository.current = reader.text("current");
    repository.update = reader.required_text("update");
  }
  if (!first && (repository.updates != Updates::newest || !repository.ignore.empty()))
    reader.problem(value, "updates and ignore are for the first repository");
  reader.done();
  return repository;
}

// The first repository may have patterns: each branch and tag is tested for itself. The others stand at one
// branch.
void DefinitionReader::read_branches(Reader& reader, const Value& at, bool first,
                                     RepositoryDefinition& repository) {
  const std::string branch = reader.text("branch");
  repository.branches = reader.text_or_texts("branches");
  repository.tags = reader.text_or_texts("tags");
  const bool patterns = !repository.branches.empty() || !repository.tags.empty();
  if (patterns && !branch.empty()) reader.problem(at, "either branch or branches and tags, not both");
  if (patterns && !first)
    reader.problem(at, "only the first repository may have branches and tags; this one wants branch");
  if (patterns && repository.vcs != Vcs::git)
    reader.problem(at, "branches and tags by pattern are for git repositories");
  if (!patterns)
    repository.branches = {branch.empty() ? (repository.vcs == Vcs::git ? "main" : "trunk") : branch};
}

void DefinitionReader::read_tasks(Reader& reader, Definition& definition) {
  for (const auto* value : reader.tables("task")) {
    Reader inner = reader_of(*value);
    TaskDefinition task = read_task(inner, *value);
    const bool on = inner.flag("enabled", true);
    const auto platforms = inner.text_or_texts("platforms");
    inner.done();
    const auto same = [&](const TaskDefinition& other) { return other.name == task.name; };
    if (std::any_of(definition.tasks.begin(), definition.tasks.end(), same))
      inner.problem(
          *value, cat("there is a task ", in_quotes(task.name), " already; pages tell tasks by their names"));
    if (!on)
      definition.left_out.push_back(task.name + ": switched off");
    else if (!platforms.empty() && std::none_of(platforms.begin(), platforms.end(), is_platform))
      definition.left_out.push_back(task.name + ": not for this platform");
    else
      definition.tasks.push_back(std::move(task));
  }
  if (definition.tasks.empty() && definition.left_out.empty())
    reader.problem(root_, "there is no [[task]] to run");
  if (definition.tasks.size() > limits::tasks)
    reader.problem(root_, cat("there are more than ", limits::tasks, " tasks"));
}

TaskDefinition DefinitionReader::read_task(Reader& reader, const Value& value) {
  TaskDefinition task;
  task.name = reader.required_text("name");
  if (!task.name.empty() || reader.any("name") != nullptr)
    if (const auto taken = farm_takes(TaskStarted{1, task.name, task.kind, false}); !taken)
      reader.problem(value, "name: " + taken.error().context);
  task.mandatory = reader.flag("mandatory", true);
  task.repeat = static_cast<std::uint64_t>(reader.integer("repeat", 1, 1, most_repeats));
  task.kind = static_cast<TaskKind>(
      reader.choice("kind", names_of<TaskKind>(), static_cast<std::size_t>(TaskKind::other)));
  read_commands(reader, value, task);
  if (task.commands.size() * task.repeat > limits::tasks)
    reader.problem(value, cat("these are more than ", limits::tasks, " commands; put some into a script"));
  return task;
}

void DefinitionReader::read_commands(Reader& reader, const Value& at, TaskDefinition& task) {
  const Value* commands = reader.any("commands");
  const auto* list = commands == nullptr ? nullptr : commands->as_array();
  if (list == nullptr || list->empty()) return reader.problem(at, "commands = [\"…\"] is missing or empty");
  for (const auto& item : *list) task.commands.push_back(read_command(item));
}

CommandDefinition DefinitionReader::read_command(const Value& item) {
  CommandDefinition command;
  command.timeout = timeout_;
  command.silence = silence_;
  if (const auto* line = item.as_string()) {
    command.run = filled(item, *line);
  } else if (item.as_table() == nullptr) {
    reader_of(root_).problem(item, "a command must be a text or a table: { run = \"…\", timeout = \"5m\" }");
  } else {
    Reader reader = reader_of(item);
    read_detailed(reader, item, command);
    reader.done();
  }
  if (command.run.size() > limits::command_text)
    reader_of(root_).problem(
        item, cat("the command is longer than ", limits::command_text, " bytes; put it into a script"));
  else if (const auto taken = farm_takes(CommandStarted{1, 1, command.run}); !taken && item_says(item))
    reader_of(root_).problem(item, "the command: " + taken.error().context);
  return command;
}

void DefinitionReader::read_detailed(Reader& reader, const Value& item, CommandDefinition& command) {
  command.run = filled(item, reader.required_text("run"));
  command.timeout = reader.duration("timeout", timeout_ / second_ms) * second_ms;
  command.silence = reader.duration("silence", silence_ / second_ms) * second_ms;
  command.info = read_modifiers(reader, item, "info", ModifierUse::info);
  command.stats = read_modifiers(reader, item, "stats", ModifierUse::stats);
  const auto success = read_modifiers(reader, item, "success", ModifierUse::success);
  if (success.size() > 1) reader.problem(item, "success must be one text: one judge decides");
  if (!success.empty()) command.success = success.front();
  command.tests = static_cast<TestFormat>(reader.choice("tests", test_format_names(), 0));
  for (const std::string& pattern : reader.text_or_texts("junit"))
    command.junit.push_back(filled(item, pattern));
  command.keep_output =
      static_cast<KeepOutput>(reader.choice("keep_output", {"always", "on-failure", "never"}, 0));
  command.environment = read_variables(reader, "env");
}

std::vector<Modifier> DefinitionReader::read_modifiers(Reader& reader, const Value& at, std::string_view key,
                                                       ModifierUse use) {
  std::vector<Modifier> modifiers;
  for (const std::string& text : reader.text_or_texts(key)) {
    auto modifier = parse_modifier(filled(at, text), use);
    if (modifier)
      modifiers.push_back(*std::move(modifier));
    else
      reader.problem(at, cat(key, ' ', modifier.error().context));
  }
  return modifiers;
}

}  // namespace testfarm

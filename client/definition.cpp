#include "client/definition.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/toml.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

using Parameters = std::map<std::string, std::string>;

class DefinitionReader {
 public:
  DefinitionReader(const toml_file::Value& root, const Path& file, std::vector<std::string>& problems)
      : root_(root), file_(file), problems_(problems) {}

  std::optional<Definition> read() {
    toml_file::Reader reader = reader_of(root_);
    const auto project = ProjectId::parse(reader.required_text("project"));
    const auto client = ClientId::parse(reader.required_text("client"));
    if (!project) reader.problem(root_, "project: " + project.error().context);
    if (!client) reader.problem(root_, "client: " + client.error().context);
    if (!project || !client) return std::nullopt;
    Definition definition{{*project, *client}, {}, file_, {}, {}, {}, 0, {}, {}, {}};
    definition.server = reader.required_text("server");
    while (definition.server.ends_with('/')) definition.server.pop_back();
    if (!definition.server.empty() && !definition.server.starts_with("http://") &&
        !definition.server.starts_with("https://"))
      reader.problem(root_, "server must begin with http:// or https://");
    definition.key_file = home() / reader.text("key", "testfarm.key");
    definition.state_directory = home() / reader.text("state", ".testfarm");
    definition.sandbox = home() / reader.text("sandbox", "sandbox");
    definition.every = std::max<Millis>(reader.duration("every", 900), 1) * second_ms;
    timeout_ = reader.duration("timeout", 3600) * second_ms;
    read_facts(reader, definition);
    read_repositories(reader, definition);
    read_parameters(reader, definition);
    read_tasks(reader, definition);
    reader.done();
    return definition;
  }

 private:
  toml_file::Reader reader_of(const toml_file::Value& value) { return {value, file_.string(), problems_}; }

  Path home() const { return file_.has_parent_path() ? file_.parent_path() : Path("."); }

  void read_facts(toml_file::Reader& reader, Definition& definition) {
    const toml_file::Value* value = reader.any("facts");
    if (value == nullptr) return;
    const auto* table = value->as_table();
    if (table == nullptr) return reader.problem(*value, "facts must be a table: [facts]");
    for (const auto& [name, fact] : *table) {
      const auto* text = fact.as_string();
      if (text == nullptr || text->size() > limits::name)
        reader.problem(fact, cat(name, " must be a text of at most ", limits::name, " bytes"));
      else
        definition.facts[name] = *text;
    }
  }

  void read_repositories(toml_file::Reader& reader, Definition& definition) {
    for (const auto* value : reader.tables("repository")) {
      toml_file::Reader inner = reader_of(*value);
      RepositoryDefinition repository;
      repository.url = inner.required_text("url");
      repository.name = inner.text("name", "source");
      repository.branch = inner.text("branch", "main");
      repository.directory = definition.sandbox / inner.text("directory", repository.name);
      inner.done();
      for (const auto& other : definition.repositories)
        if (other.name == repository.name)
          inner.problem(*value, cat("there is a repository ", in_quotes(repository.name),
                                    " already; give this one another name"));
      parameters_[repository.name] = repository.directory.string();
      definition.repositories.push_back(std::move(repository));
    }
    if (definition.repositories.empty()) reader.problem(root_, "there is no [[repository]] to watch");
  }

  void read_parameters(toml_file::Reader& reader, const Definition& definition) {
    parameters_["sandbox"] = definition.sandbox.string();
    const toml_file::Value* value = reader.any("parameters");
    if (value == nullptr) return;
    const auto* table = value->as_table();
    if (table == nullptr) return reader.problem(*value, "parameters must be a table: [parameters]");
    for (const auto& [name, parameter] : *table) {
      if (const auto* text = parameter.as_string())
        parameters_[name] = with_parameters(*text, parameters_);
      else if (const auto* number = parameter.as_integer())
        parameters_[name] = std::to_string(*number);
      else
        reader.problem(parameter, cat("the parameter ", name, " must be a text or a whole number"));
    }
  }

  void read_tasks(toml_file::Reader& reader, Definition& definition) {
    for (const auto* value : reader.tables("task")) {
      toml_file::Reader inner = reader_of(*value);
      TaskDefinition task;
      task.name = inner.required_text("name");
      const bool odd = std::any_of(task.name.begin(), task.name.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
      if (odd || task.name.size() > limits::name)
        inner.problem(*value, cat("name must be one line of at most ", limits::name, " bytes"));
      task.mandatory = inner.flag("mandatory", true);
      const std::string kind = inner.text("kind", "other");
      const auto& kinds = names_of<TaskKind>();
      const auto at = std::find(kinds.begin(), kinds.end(), kind);
      if (at == kinds.end())
        inner.problem(*value, "kind must be one of: fetch, configure, build, test, other");
      else
        task.kind = static_cast<TaskKind>(at - kinds.begin());
      read_commands(inner, *value, task);
      inner.done();
      definition.tasks.push_back(std::move(task));
    }
    if (definition.tasks.empty()) reader.problem(root_, "there is no [[task]] to run");
    if (definition.tasks.size() > limits::tasks)
      reader.problem(root_, cat("there are more than ", limits::tasks, " tasks"));
  }

  void read_commands(toml_file::Reader& inner, const toml_file::Value& at, TaskDefinition& task) {
    const toml_file::Value* commands = inner.any("commands");
    const auto* list = commands == nullptr ? nullptr : commands->as_array();
    if (list == nullptr || list->empty()) return inner.problem(at, "commands = [\"…\"] is missing or empty");
    for (const auto& item : *list) task.commands.push_back(read_command(item));
  }

  CommandDefinition read_command(const toml_file::Value& item) {
    CommandDefinition command;
    command.timeout = timeout_;
    if (const auto* line = item.as_string()) {
      command.run = with_parameters(*line, parameters_);
    } else {
      toml_file::Reader reader = reader_of(item);
      command.run = with_parameters(reader.required_text("run"), parameters_);
      command.timeout = reader.duration("timeout", timeout_ / second_ms) * second_ms;
      command.info = with_parameters(reader.text("info"), parameters_);
      command.stats = with_parameters(reader.text("stats"), parameters_);
      command.success = with_parameters(reader.text("success"), parameters_);
      reader.done();
    }
    if (command.run.size() > limits::command_text)
      reader_of(item).problem(
          item, cat("the command is longer than ", limits::command_text, " bytes; put it into a script"));
    return command;
  }

  const toml_file::Value& root_;
  const Path& file_;
  std::vector<std::string>& problems_;
  Parameters parameters_;
  Millis timeout_ = 0;
};

}  // namespace

std::string with_parameters(std::string_view text, const std::map<std::string, std::string>& parameters) {
  std::string filled;
  while (!text.empty()) {
    const auto open = text.find('{');
    const auto close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    const auto value = parameters.find(std::string(text.substr(open + 1, close - open - 1)));
    const bool shell_variable = open > 0 && text[open - 1] == '$';
    if (value == parameters.end() || shell_variable) {
      filled += text.substr(0, open + 1);
      text.remove_prefix(open + 1);
    } else {
      filled.append(text.substr(0, open)).append(value->second);
      text.remove_prefix(close + 1);
    }
  }
  return filled.append(text);
}

Result<Definition> read_definition(const Path& file) {
  auto text = read_file(file, 1 << 20);
  if (!text && text.error().kind == ErrorKind::not_found)
    return fail(ErrorKind::not_found,
                cat("there is no ", file.string(), "; `testfarm init` writes one, --config names another"));
  if (!text) return fail(std::move(text).error());
  const Path absolute = std::filesystem::absolute(file).lexically_normal();
  TRY_SET(const toml_file::Value root, toml_file::parse(*text, file.string()));
  std::vector<std::string> problems;
  auto definition = DefinitionReader(root, absolute, problems).read();
  if (problems.empty() && definition) return *std::move(definition);
  std::string all;
  for (const auto& problem : problems) all += (all.empty() ? "" : "\n") + problem;
  return fail(ErrorKind::bad_input, all);
}

}  // namespace testfarm

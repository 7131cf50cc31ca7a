#include "client/definition/reader.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/text.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

constexpr std::size_t least_secret = 4;  // shorter ones would be masked where they are not meant

bool is_one_line(std::string_view text, std::size_t most) {
  return text.size() <= most && std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
}

// "22:00" → minutes of the day.
std::optional<int> minute_of_day(std::string_view text) {
  const auto colon = text.find(':');
  const auto hour = to_unsigned(text.substr(0, colon));
  const auto minute =
      colon == std::string_view::npos ? std::optional<std::uint64_t>(0) : to_unsigned(text.substr(colon + 1));
  if (!hour || !minute || *hour > 24 || *minute > 59 || (*hour == 24 && *minute > 0)) return std::nullopt;
  return static_cast<int>(*hour * 60 + *minute);
}

// What commands may see of the client's own environment, beside what [environment] passes.
const std::vector<std::string> harmless_variables{"PATH",  "HOME",     "USER", "LOGNAME",  "SHELL",
                                                  "LANG",  "LANGUAGE", "LC_*", "TZ",       "TMPDIR",
                                                  "XDG_*", "CC",       "CXX",  "CCACHE_*", "MAKEFLAGS"};

}  // namespace

std::optional<Definition> DefinitionReader::read() {
  Reader reader = reader_of(root_);
  const auto project = ProjectId::parse(reader.required_text("project"));
  const auto client = ClientId::parse(reader.required_text("client"));
  if (!project) reader.problem(root_, "project: " + project.error().context);
  if (!client) reader.problem(root_, "client: " + client.error().context);
  if (!project || !client) return std::nullopt;
  Definition definition{{*project, *client}, {}, file_, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
  read_servers(reader, definition);
  const std::string own = shared_ ? client->text() : "";
  // Each of several clients has its own part of what the file names for all.
  definition.state_directory = home() / reader.text("state", ".testfarm") / own;
  definition.sandbox = home() / reader.text("sandbox", "sandbox") / own;
  timeout_ = reader.duration("timeout", 3600) * second_ms;
  silence_ = reader.duration("silence", 0) * second_ms;
  definition.needs = reader.text_or_texts("needs");
  read_schedule(reader, definition.schedule);
  read_facts(reader, definition);
  parameters_["sandbox"] = definition.sandbox.string();
  parameters_["client"] = client->text();
  read_repositories(reader, definition);
  if (const Value* parameters = reader.any("parameters"))
    add_parameters(*parameters, parameters_,
                   [&](const Value& at, const std::string& what) { reader.problem(at, what); });
  read_environment(reader, definition);
  read_secrets(reader, definition);
  read_tasks(reader, definition);
  reader.done();
  return definition;
}

std::string DefinitionReader::filled(const Value& at, const std::string& text) {
  return with_parameters(text, parameters_, [&](const std::string& word, const std::string& meant) {
    reader_of(root_).problem(at, cat("there is no parameter {", word, "}; did you mean {", meant, "}?"));
  });
}

std::string DefinitionReader::filled(Reader& reader, const Value& at, std::string_view key) {
  return filled(at, reader.text(key));
}

std::string DefinitionReader::web_address(Reader& reader, const Value& at, std::string url) {
  while (url.ends_with('/')) url.pop_back();
  if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://"))
    reader.problem(at, cat("server must begin with http:// or https://, and not be ", in_quotes(url)));
  return url;
}

void DefinitionReader::read_servers(Reader& reader, Definition& definition) {
  const std::string own_key = shared_ ? definition.client.client.text() + ".key" : "testfarm.key";
  definition.servers.push_back({web_address(reader, root_, reader.required_text("server")), definition.client,
                                home() / reader.text("key", own_key)});
  for (const Value* value : reader.tables("also")) {
    Reader inner = reader_of(*value);
    const std::string url = web_address(inner, *value, inner.required_text("server"));
    const auto project = ProjectId::parse(inner.text("project", definition.client.project.text()));
    const auto client = ClientId::parse(inner.text("client", definition.client.client.text()));
    const Path key = home() / inner.required_text("key");
    if (!project) inner.problem(*value, "project: " + project.error().context);
    if (!client) inner.problem(*value, "client: " + client.error().context);
    inner.done();
    if (project && client) definition.servers.push_back({url, {*project, *client}, key});
  }
}

void DefinitionReader::read_schedule(Reader& reader, Schedule& schedule) {
  schedule.every = reader.duration("every", 900) * second_ms;
  for (const Value* value : reader.tables("schedule")) {
    Reader inner = reader_of(*value);
    schedule.jitter = inner.number("jitter", schedule.jitter, 0, 1);
    schedule.max_load = inner.number("max_load", 0, 0, 10'000);
    schedule.low_priority = inner.flag("low_priority", true);
    schedule.free_disk = inner.size("free_disk", 0);
    schedule.force_after = inner.duration("force_after", 0) * second_ms;
    for (const std::string& span : inner.text_or_texts("hours")) {
      const auto dash = span.find('-');
      const auto from = minute_of_day(trim(std::string_view(span).substr(0, dash)));
      const auto to = dash == std::string::npos
                          ? std::nullopt
                          : minute_of_day(trim(std::string_view(span).substr(dash + 1)));
      if (from && to)
        schedule.hours.emplace_back(*from, *to);
      else
        inner.problem(*value, cat("hours must be like \"22:00-06:30\", and not ", in_quotes(span)));
    }
    inner.done();
  }
}

void DefinitionReader::read_facts(Reader& reader, Definition& definition) {
  const Value* value = reader.any("facts");
  if (value == nullptr) return;
  const auto* table = value->as_table();
  if (table == nullptr) return reader.problem(*value, "facts must be a table: [facts]");
  for (const auto& [name, fact] : *table) {
    const auto* text = fact.as_string();
    if (text == nullptr || !is_one_line(*text, limits::name))
      reader.problem(fact, cat("the fact ", name, " must be one line of at most ", limits::name, " bytes"));
    else
      definition.facts[name] = *text;
  }
  constexpr std::size_t of_the_machine = 5;
  if (definition.facts.size() + of_the_machine > limits::facts)
    reader.problem(*value, cat("there are more than ", limits::facts - of_the_machine, " facts"));
}

std::map<std::string, std::string> DefinitionReader::read_variables(Reader& reader, std::string_view key) {
  std::map<std::string, std::string> variables;
  const Value* value = reader.any(key);
  if (value == nullptr) return variables;
  const auto* table = value->as_table();
  if (table == nullptr) {
    reader.problem(*value, cat(key, " must be a table: ", key, " = { NAME = \"value\" }"));
    return variables;
  }
  for (const auto& [name, variable] : *table) {
    const auto* number = variable.as_integer();
    const auto* text = variable.as_string();
    if (name.empty() || name.find_first_of("= \t") != std::string::npos ||
        (text == nullptr && number == nullptr))
      reader.problem(variable,
                     cat("the variable ", in_quotes(name), " must be a name and a text or whole number"));
    else
      variables[name] = text == nullptr ? std::to_string(*number) : filled(variable, *text);
  }
  return variables;
}

void DefinitionReader::read_environment(Reader& reader, Definition& definition) {
  definition.pass = harmless_variables;
  for (const Value* value : reader.tables("environment")) {
    Reader inner = reader_of(*value);
    for (const std::string& name : inner.text_or_texts("pass")) definition.pass.push_back(name);
    definition.environment = read_variables(inner, "set");
    inner.done();
  }
}

// secrets = ["TOKEN", "deploy.password"]: names of parameters or of variables of the client's own
// environment.
void DefinitionReader::read_secrets(Reader& reader, Definition& definition) {
  const auto names = reader.text_or_texts("secrets");
  for (const std::string& name : names) {
    const auto parameter = parameters_.find(name);
    const char* variable = std::getenv(name.c_str());
    const std::string value = parameter != parameters_.end() ? parameter->second
                              : variable == nullptr          ? ""
                                                             : variable;
    if (parameter == parameters_.end() && variable != nullptr) definition.pass.push_back(name);
    if (value.empty())
      reader.problem(root_, cat("the secret ", name,
                                " is neither a parameter nor an environment variable of this client"));
    else if (value.size() < least_secret)
      reader.problem(
          root_, cat("the secret ", name, " is shorter than ", least_secret, " bytes and cannot be masked"));
    else
      definition.secrets.push_back(value);
  }
}

}  // namespace testfarm

#include "client/definition/reader.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/text.hpp"
#include "client/definition/repositories.hpp"
#include "client/definition/tasks.hpp"
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

// Where it is missing or wrong, some name, so that all other mistakes are told, too.
template <typename Id>
static Id required_name(toml_file::Reader& reader, const std::string& key) {
  const std::string text = reader.required_text(key);
  auto id = Id::parse(text);
  if (id) return *std::move(id);
  if (const toml_file::Value* value = reader.any(key))
    reader.problem(*value, concat(key, ": ", id.error().context));
  return *Id::parse(key);
}

std::optional<Definition> DefinitionReader::read() {
  Reader reader = context_.reader_of(context_.root());
  const ProjectId project = required_name<ProjectId>(reader, "project");
  const ClientId client = required_name<ClientId>(reader, "client");
  Definition definition{.client = {project, client}, .file = file_};
  context_.parameters()["project"] = project.text();
  context_.parameters()["client"] = client.text();
  read_servers(reader, definition);
  // Each of several clients has its own part of what the file names for all.
  const Path states = home() / reader.text("state", ".testfarm");
  definition.state_directory = own_.empty() ? states : states / own_;
  if (!own_.empty()) definition.turns_directory = states / "turns";
  definition.marks_directory = definition.state_directory;
  const Path sandbox = home() / reader.text("sandbox", "sandbox");
  definition.sandbox = own_.empty() ? sandbox : sandbox / own_;
  const Millis timeout = reader.duration("timeout", 3600) * second_ms;
  const Millis silence = reader.duration("silence", 0) * second_ms;
  read_schedule(reader, definition.schedule);
  context_.parameters()["sandbox"] = definition.sandbox.string();
  read_repositories(context_, reader, definition);
  if (const Value* parameters = reader.any("parameters"))
    add_parameters(*parameters, context_.parameters(),
                   [&](const Value& at, const std::string& what) { reader.problem(at, what); });
  read_facts(reader, definition);
  read_needs(reader, definition);
  read_environment(reader, definition);
  read_secrets(reader, definition);
  definition.limits = {.timeout = timeout, .silence = silence};
  definition.parameters = context_.parameters();
  read_tasks(context_, reader, definition.limits, definition);
  // Laid over the rest already; known, for whoever mistypes them.
  for (const char* of_several : {"variant", "matrix"}) reader.any(of_several);
  reader.done();
  return definition;
}

std::string DefinitionReader::web_address(Reader& reader, const Value& at, std::string url) {
  while (url.ends_with('/')) url.pop_back();
  if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://"))
    reader.problem(at, concat("server must begin with http:// or https://, and not be ", in_quotes(url)));
  return url;
}

void DefinitionReader::read_servers(Reader& reader, Definition& definition) {
  const std::string own_key = concat(own_.empty() ? "testfarm" : own_, ".key");
  const std::string key = context_.filled(context_.root(), reader.text("key", own_key));
  definition.servers.push_back({web_address(reader, context_.root(), reader.required_text("server")),
                                definition.client, home() / key});
  for (const Value* value : reader.tables("also")) read_also(*value, definition);
}

void DefinitionReader::read_also(const Value& value, Definition& definition) {
  Reader reader = context_.reader_of(value);
  const std::string url = web_address(reader, value, reader.required_text("server"));
  const auto project = ProjectId::parse(reader.text("project", definition.client.project.text()));
  const auto client = ClientId::parse(reader.text("client", definition.client.client.text()));
  const Path key = home() / context_.filled(value, reader.required_text("key"));
  if (!project) reader.problem(value, "project: " + project.error().context);
  if (!client) reader.problem(value, "client: " + client.error().context);
  reader.done();
  for (const ServerDefinition& other : definition.servers)
    if (other.key_file == key)
      reader.problem(value, concat("the key ", key.filename().string(), " is that of ", other.url,
                                   " already; each farm wants one of its own"));
  if (project && client) definition.servers.push_back({url, {*project, *client}, key});
}

void DefinitionReader::read_needs(Reader& reader, Definition& definition) {
  for (const std::string& program : reader.text_or_texts("needs"))
    definition.needs.push_back(context_.filled(context_.root(), program));
  definition.pipefail = reader.flag("pipefail", false);
  if (definition.pipefail) definition.needs.emplace_back("bash");
}

void DefinitionReader::read_schedule(Reader& reader, Schedule& schedule) {
  schedule.every = reader.duration("every", 900) * second_ms;
  for (const Value* value : reader.tables("schedule")) {
    Reader inner = context_.reader_of(*value);
    schedule.jitter = inner.number("jitter", schedule.jitter, 0, 1);
    schedule.max_load = inner.number("max_load", 0, 0, 10'000);
    schedule.low_priority = inner.flag("low_priority", true);
    schedule.free_disk = inner.size("free_disk", 0);
    schedule.at_once = static_cast<std::uint64_t>(inner.integer("at_once", 1, 1, 1000));
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
        inner.problem(*value, concat("hours must be like \"22:00-06:30\", and not ", in_quotes(span)));
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
      reader.problem(fact,
                     concat("the fact ", name, " must be one line of at most ", limits::name, " bytes"));
    else
      definition.facts[name] = context_.filled(fact, *text);
  }
  constexpr std::size_t of_the_machine = 5;
  if (definition.facts.size() + of_the_machine > limits::facts)
    reader.problem(*value, concat("there are more than ", limits::facts - of_the_machine, " facts"));
}

void DefinitionReader::read_environment(Reader& reader, Definition& definition) {
  definition.pass = harmless_variables;
  for (const Value* value : reader.tables("environment")) {
    Reader inner = context_.reader_of(*value);
    for (const std::string& name : inner.text_or_texts("pass")) definition.pass.push_back(name);
    definition.environment = context_.variables(inner, "set");
    inner.done();
  }
}

// secrets = ["TOKEN", "deploy.password"]: names of parameters or of variables of the client's own
// environment.
void DefinitionReader::read_secrets(Reader& reader, Definition& definition) {
  const auto names = reader.text_or_texts("secrets");
  for (const std::string& name : names) {
    const auto parameter = context_.parameters().find(name);
    const char* variable = std::getenv(name.c_str());
    const std::string value = parameter != context_.parameters().end() ? parameter->second
                              : variable == nullptr                    ? ""
                                                                       : variable;
    if (parameter == context_.parameters().end() && variable != nullptr) definition.pass.push_back(name);
    if (value.empty())
      reader.problem(
          context_.root(),
          concat("the secret ", name, " is neither a parameter nor an environment variable of this client"));
    else if (value.size() < least_secret)
      reader.problem(context_.root(), concat("the secret ", name, " is shorter than ", least_secret,
                                             " bytes and cannot be masked"));
    else
      definition.secrets.push_back(value);
  }
}

}  // namespace testfarm

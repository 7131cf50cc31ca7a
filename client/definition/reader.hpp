// From the tree of a testfarm.toml to a Definition, with all mistakes. For definition.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/toml.hpp"
#include "client/definition/definition.hpp"
#include "client/definition/parameters.hpp"

namespace testfarm {

class DefinitionReader {
 public:
  // `shared`: several clients come from this file, so that each needs a key, state and sandbox of its own.
  DefinitionReader(const toml_file::Value& root, const Path& file, bool shared,
                   std::vector<std::string>& problems)
      : root_(root), file_(file), shared_(shared), problems_(problems) {}

  // Nothing where the names are missing; else as much as could be read, whatever the problems.
  std::optional<Definition> read();

 private:
  using Reader = toml_file::Reader;
  using Value = toml_file::Value;

  Reader reader_of(const Value& value) { return {value, problems_}; }
  std::string filled(const Value& at, const std::string& text);
  std::string filled(Reader& reader, const Value& at, std::string_view key);
  Path home() const { return file_.has_parent_path() ? file_.parent_path() : Path("."); }

  void read_servers(Reader& reader, Definition& definition);
  std::string web_address(Reader& reader, const Value& at, std::string url);
  void read_schedule(Reader& reader, Schedule& schedule);
  void read_facts(Reader& reader, Definition& definition);
  void read_environment(Reader& reader, Definition& definition);
  std::map<std::string, std::string> read_variables(Reader& reader, std::string_view key);
  void read_secrets(Reader& reader, Definition& definition);
  void read_repositories(Reader& reader, Definition& definition);
  RepositoryDefinition read_repository(const Value& value, bool first, const Definition& definition);
  void read_branches(Reader& reader, const Value& at, bool first, RepositoryDefinition& repository);
  void read_tasks(Reader& reader, Definition& definition);
  TaskDefinition read_task(Reader& reader, const Value& value);
  void read_commands(Reader& reader, const Value& at, TaskDefinition& task);
  CommandDefinition read_command(const Value& item);
  void read_detailed(Reader& reader, const Value& item, CommandDefinition& command);
  std::vector<Modifier> read_modifiers(Reader& reader, const Value& at, std::string_view key,
                                       ModifierUse use);

  const Value& root_;
  const Path& file_;
  bool shared_;
  std::vector<std::string>& problems_;
  Parameters parameters_;
  Millis timeout_ = 0;
  Millis silence_ = 0;
};

}  // namespace testfarm

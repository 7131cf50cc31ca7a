// From the tree of a testfarm.toml to a Definition, with all mistakes. For read_definitions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/toml.hpp"
#include "client/definition/definition.hpp"
#include "client/definition/reading_context.hpp"

namespace testfarm {

class DefinitionReader {
 public:
  // `own`: what its key, state and sandbox are called where several clients come from this file; else empty.
  DefinitionReader(const toml_file::Value& root, const Path& file, std::string own,
                   std::vector<std::string>& problems)
      : context_(root, problems), file_(file), own_(std::move(own)) {}

  // Nothing where the names are missing; else as much as could be read, whatever the problems.
  std::optional<Definition> read();

 private:
  using Reader = toml_file::Reader;
  using Value = toml_file::Value;

  Path home() const { return file_.has_parent_path() ? file_.parent_path() : Path("."); }

  void read_servers(Reader& reader, Definition& definition);
  void read_also(const Value& value, Definition& definition);
  void read_needs(Reader& reader, Definition& definition);
  std::string web_address(Reader& reader, const Value& at, std::string url);
  void read_schedule(Reader& reader, Schedule& schedule);
  void read_facts(Reader& reader, Definition& definition);
  void read_environment(Reader& reader, Definition& definition);
  void read_secrets(Reader& reader, Definition& definition);

  ReadingContext context_;
  const Path& file_;
  std::string own_;
};

}  // namespace testfarm

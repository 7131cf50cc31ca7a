// testfarm.toml: what a client watches, runs and reports, as its owner wrote it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "schema/event.hpp"
#include "schema/ids.hpp"

namespace testfarm {

struct CommandDefinition {
  std::string run;     // a statement for sh, parameters filled in
  Millis timeout = 0;  // after which the command and all that it started are killed
  // Modifiers, empty for none: "first N", "last N" or a program for sh that reads the output on stdin.
  std::string info;     // its stdout is shown always
  std::string stats;    // its lines "name value" are plotted
  std::string success;  // its exit status decides
};

struct TaskDefinition {
  std::string name;
  TaskKind kind = TaskKind::other;
  bool mandatory = true;  // its failure ends the execution
  std::vector<CommandDefinition> commands;
};

struct RepositoryDefinition {
  std::string name;
  std::string url;
  std::string branch;
  Path directory;  // where it is checked out
};

struct Definition {
  ClientKey client;
  std::string server;  // the farm's base_url
  Path file;           // the testfarm.toml
  Path key_file;
  Path state_directory;  // spool, lock, what was tested last
  Path sandbox;          // where commands begin
  Millis every = 0;      // between two checks
  Facts facts;           // the owner's own, beside what the machine tells
  std::vector<RepositoryDefinition> repositories;
  std::vector<TaskDefinition> tasks;

  const std::string& branch() const { return repositories.front().branch; }
};

// bad_input with all mistakes, one a line with file, line and column.
Result<Definition> read_definition(const Path& file);

// {name} becomes its value where `parameters` has it and no $ stands before; everything else stays as it is.
std::string with_parameters(std::string_view text, const std::map<std::string, std::string>& parameters);

// The commented file that `testfarm init` writes.
std::string definition_template(const ClientKey& client, const std::string& server);

}  // namespace testfarm

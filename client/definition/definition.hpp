// testfarm.toml: what a client watches, runs and reports, as its owner wrote it (docs/client.md has all
// members).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "client/definition/modifier.hpp"
#include "formats/test_format.hpp"
#include "schema/event.hpp"
#include "schema/ids.hpp"

namespace testfarm {

enum class KeepOutput : std::uint8_t { every_time, on_failure, never };

// What holds for a command that says nothing else.
struct CommandLimits {
  Millis timeout = 0;
  Millis silence = 0;
};

struct CommandDefinition {
  std::string run;     // a statement for sh, parameters filled in
  Millis timeout = 0;  // after which the command and all that it started are killed
  Millis silence = 0;  // the same, counted from its last output; 0: it may be silent
  std::vector<Modifier> info;
  std::vector<Modifier> stats;
  std::optional<Modifier> success;
  TestFormat tests = TestFormat::none;  // of results in the output
  std::vector<std::string> junit;       // patterns of XML reports, from where the command left off
  bool allow_empty = false;             // that no test ran is no failure
  Millis max_age = 0;                   // of a report, counted back from the execution's beginning
  KeepOutput keep_output = KeepOutput::every_time;
  std::map<std::string, std::string> environment;  // for this command, beside the task's
};

// What a task needs beside its commands: a database, an X server. It runs as long as the task does.
struct ServiceDefinition {
  std::string name;
  std::string run;    // a statement that stays in the foreground
  std::string ready;  // succeeds when it can be used; empty: at once
  std::string stop;   // ends it; empty: SIGTERM does
  Millis ready_within = minute_ms;
  std::map<std::string, std::string> environment;
};

struct TaskDefinition {
  std::string name;
  TaskKind kind = TaskKind::other;
  bool mandatory = true;     // its failure ends the execution
  std::uint64_t repeat = 1;  // how often its commands run; more than once, their times become stats
  std::vector<ServiceDefinition> services;
  std::vector<CommandDefinition> commands;
};

enum class Vcs : std::uint8_t { git, svn, commands };
// What goes from a working copy at a change of revision: nothing; what the repository neither has nor
// ignores; that too.
enum class Clean : std::uint8_t { never, untracked, ignored };
enum class Updates : std::uint8_t { newest, each, merges };

struct RepositoryDefinition {
  std::string name;
  std::string url;
  std::vector<std::string> branches;  // patterns; of a repository beside the first, its one branch
  std::vector<std::string> tags;      // patterns
  Path directory;                     // where it is checked out
  Path home;                          // where the definition is
  std::vector<std::string> ignore;    // patterns of paths whose change does not matter
  Path ssh_key;                       // private key file; empty: the agent, or what ~/.ssh/config says
  std::vector<std::string> filters;   // patterns of git's filter drivers that may run, beside lfs
  Millis patience = 5 * minute_ms;    // with a server that says nothing
  std::string definition;             // path in it of a file with tasks of its own; empty: none
  std::uint64_t fresh = 0;            // the clone is made anew after so many revisions; 0: never
  // Vcs::commands: print the newest revision, print the one that is checked out, check out
  // $TESTFARM_REVISION.
  std::string remote;
  std::string current;
  std::string update;
  Vcs vcs = Vcs::git;
  Updates updates = Updates::newest;
  std::optional<Clean> clean;  // where its owner said so
  bool submodules = true;
  bool partial = false;  // without the contents of old files; needs the git program
};

struct Schedule {
  Millis every = 0;     // between two checks; 0: back to back, whether anything changed or not
  double jitter = 0.1;  // of `every`, at random, so that a farm's clients do not come together
  std::vector<std::pair<int, int>> hours;  // minutes of the local day from, to; empty: always
  double max_load = 0;                     // of the last minute; 0: any
  bool low_priority = true;                // nice and idle disk priority for commands
  std::uint64_t free_disk = 0;             // bytes that must be free before an execution
  Millis force_after = 0;                  // an execution also without changes after so long; 0: never
  std::uint64_t at_once = 1;               // clients of the same file that may work at the same time
};

// A farm that gets the reports. The first is the main one: it may ask for runs.
struct ServerDefinition {
  std::string url;  // the farm's base_url
  ClientKey client;
  Path key_file;
};

struct Definition {
  ClientKey client;
  std::vector<ServerDefinition> servers;
  Path file;             // the testfarm.toml
  Path state_directory;  // spool, lock, what was tested last
  Path marks_directory;  // where it is noted which working copies are ours: the same, also where a trial has
                         // another state
  Path turns_directory;  // shared by the clients of a file; empty where there is one only
  Path sandbox;          // where commands begin
  Schedule schedule;
  Facts facts;  // the owner's own, beside what the machine tells
  std::vector<RepositoryDefinition> repositories;
  std::vector<TaskDefinition> tasks;
  std::map<std::string, std::string> parameters;  // and limits, for tasks that a repository brings
  CommandLimits limits;
  std::vector<std::string> left_out;  // tasks that are switched off or not for this platform, and why
  bool pipefail = false;              // commands fail where any part of a pipe does
  std::vector<std::string> needs;     // programs without which an execution makes no sense
  std::vector<std::string> pass;      // patterns of environment variables that commands may see
  std::map<std::string, std::string> environment;  // set for all commands
  std::vector<std::string> secrets;                // values that no farm may see
};

}  // namespace testfarm

// project.toml, which people write: what a project is called, which branch speaks for it, what is known of
// its failures, stats and repositories. Programs never rewrite it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/regex.hpp"
#include "base/result.hpp"
#include "store/layout.hpp"

namespace testfarm {

struct Link {
  std::string title;
  std::string url;
};

// A failure that people know of: where the first error matches, pages say so.
struct KnownProblem {
  Regex pattern;
  std::string title;
  std::string url;  // or empty
};

// project.toml, [[repository]]: where a forge shows a repository. Each link has {revision}; compare_url
// {from} and {to}; file_url {path} and {line}. Empty: guessed from `url`, which is the maintainer's word and
// may be on any host, else from what clients tell, on hosts that are known for forges
// (generator/site/forge.hpp).
struct RepositoryRule {
  std::string name;
  std::string url;
  std::string
      forge;  // "github", "gitlab", "gitea", "sourcehut", "cgit", "gitweb", "none"; empty: by the host
  std::string commit_url, compare_url, file_url;
};

enum class Better : std::uint8_t { neither, smaller, bigger };

// What is wanted of a stat, and what change of it is not worth a word.
struct StatRule {
  std::string name;
  Better better = Better::neither;
  double relative = 0.02;  // of the usual value
  double absolute = 0;     // in the stat's own unit
};

struct ProjectConfig {
  std::string title;
  std::string description;
  std::vector<Link> links;
  std::string branch;  // that decides how the project stands; empty: guessed (analysis/project_state.hpp)
  std::vector<std::string> pinned;  // branches that come after it, and count however long they are silent
  Millis branches_for = 0;          // so long the others count after their last execution; 0: no end
  bool noindex = false;             // search engines are asked not to list executions
  std::string main_stat;  // the stat that stands for a client on the summary; empty for the first by name
  std::vector<KnownProblem> known;
  std::vector<StatRule> stats;
  std::vector<RepositoryRule> repositories;
  bool tokens = false;  // submit-only tokens open what signatures open, for events
};

// bad_input with every mistake of the file, one a line. A project without a file has its id as title.
Result<ProjectConfig> read_project_config(const Layout& layout, const ProjectId& id);
// What `testfarm-admin project add` writes: every setting with a comment.
std::string project_toml_text(const std::string& title, const std::string& description);

}  // namespace testfarm

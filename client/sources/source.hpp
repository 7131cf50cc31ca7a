// Where the code comes from: what is new, what changed, and its tree on the disk. git through libgit2 or
// git's own program (git), Subversion through its program (subversion), anything else through commands
// (commands).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "client/definition/definition.hpp"
#include "client/run/command_runner.hpp"
#include "schema/event.hpp"

namespace testfarm {

struct Tip {
  std::string branch;  // or tag
  std::string revision;
  bool tag = false;  // does not move
};
constexpr std::size_t most_tips = 1000;  // that are looked at, of one repository

class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  // Asks the repository for the newest revision of each branch and tag that the definition names, and brings
  // them here. unavailable where it cannot be reached or has none of them.
  virtual Result<std::vector<Tip>> tips() = 0;
  // Whether it can be reached and has what the definition names: asks, and brings nothing here.
  virtual Status reach() = 0;
  // The revisions after `previous` up to `tip` that the update policy wants to be tested, oldest first, at
  // most 100; the tip alone where `previous` is empty or gone. Empty where nothing that matters has changed.
  virtual Result<std::vector<std::string>> steps(const std::string& previous, const std::string& tip);
  // What an execution says of this repository at `revision`, the last execution having tested `previous`
  // (empty for none): the changes between, newest first, at most limits::changes.
  virtual Result<Repository> describe(const std::string& previous, const std::string& revision) = 0;
  // The tree of exactly that revision; local changes of tracked files are thrown away, other files stay.
  virtual Status check_out(const std::string& revision) = 0;
};

// A repository at a revision, without what changed.
Repository bare_description(const RepositoryDefinition& definition, const std::string& previous,
                            const std::string& revision);

// An address without "user:password@".
std::string without_password(const std::string& url);

// Words of a repository, whatever they are written in, as the farm takes them: one line, or lines.
std::string clean_line(std::string_view text, std::size_t most);
std::string clean_text(std::string_view text, std::size_t most);

}  // namespace testfarm

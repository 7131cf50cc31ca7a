// How a clone gets at its repository and its files: by the git program, which heeds what its user has set up
// (proxy, certificates, credentials, ~/.ssh/config, insteadOf, LFS), or by libgit2 where there is none.
// History is read through libgit2 in both cases (git.cpp).
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "client/definition/definition.hpp"
#include "client/sources/git_library.hpp"

namespace testfarm {

struct GitReference {
  std::string name;  // "refs/heads/main", "refs/tags/v1"
  std::string id;    // of the commit, or of an annotated tag
};

class GitAccess {
 public:
  GitAccess() = default;
  GitAccess(const GitAccess&) = delete;
  GitAccess& operator=(const GitAccess&) = delete;
  virtual ~GitAccess() = default;

  // What the repository has. unavailable where nobody answers. Nothing of the clone is needed for it.
  virtual Result<std::vector<GitReference>> references() = 0;
  virtual Status fetch(git_repository* repository, const std::vector<std::string>& refspecs) = 0;
  // The files of a commit, without its submodules, whatever stands in their place; HEAD names it.
  virtual Status check_out(git_repository* repository, const git_oid& commit) = 0;
  // One submodule, without its own ones: fetched and checked out.
  virtual Status update(git_repository* repository, git_submodule* submodule) = 0;
  // Whether it can work in the clone at all. Slow: reads all of it.
  virtual bool accepts_clone() = 0;
  // Fetches what LFS pointers of the working copy stand for.
  virtual Status fetch_large_files(git_repository* repository) = 0;
};

}  // namespace testfarm

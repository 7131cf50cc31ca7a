// Links to where a forge shows a repository: a commit, a range of commits, a line of a file.
//
// A link is made from what project.toml says, or from the address that a client fetches if its host is one of
// those that are known for their forges; never from a client's text alone. It is https, without user,
// password, port and query, whatever the address has. Addresses as the forges make them, 2026: GitHub, GitLab
// (/-/), Gitea and Forgejo (/src/commit/), sourcehut, cgit (cgitrc(5)), gitweb (gitweb(1)).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/farm_config.hpp"

namespace testfarm {

class Forge {
 public:
  Forge() = default;
  // Of the repository of that name, which clients fetch from `url`.
  static Forge of(const ProjectConfig& project, std::string_view name, std::string_view url);

  // Each is empty where it cannot be made. Revisions are those that hashes and numbers are made of; a path is
  // relative to the repository's top, with no "..".
  std::string commit(std::string_view revision) const;
  std::string compare(std::string_view from, std::string_view to) const;
  std::string file(std::string_view revision, std::string_view path, std::uint64_t line) const;
  // "github.com", where commits have a link.
  std::string host() const;

 private:
  Forge(std::string commit, std::string compare, std::string file);
  std::string commit_, compare_, file_;
};

// Where a line of output says that an error is: "../src/x.cpp:47:3: error: …" → src/x.cpp, 47. Only what may
// be meant relative to the repository's top: a relative path, or what comes after the check-out's own
// directory, which clients call by the repository's name. An empty path for anything else.
struct SourcePlace {
  std::string path;
  std::uint64_t line = 0;
};
SourcePlace source_place(std::string_view error, std::string_view repository);

}  // namespace testfarm

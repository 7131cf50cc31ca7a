// Where pages could be found before their project or client was renamed, and what stands there now: a small
// page with a link for each page, and what programs ask for again and again (badges, feeds, summaries) as it
// is at the address of now.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "store/names.hpp"

namespace testfarm {

struct FormerPath {
  enum class Holds : std::uint8_t { link, copy } holds;
  std::string path;  // relative to the site, like all paths of it
};

class FormerPaths {
 public:
  // `link_page`: the HTML that leads from one path to another.
  using LinkPage = std::function<std::string(const std::string& from, const std::string& to)>;
  FormerPaths() = default;  // nobody was renamed
  FormerPaths(const Path& site, FarmNames names, LinkPage link_page);

  // Of a file at `path`. Nothing for an execution that began when the name was another already, and nothing
  // in a directory that is not ours.
  std::vector<FormerPath> of(const std::string& path) const;
  std::string link_page(const std::string& from, const std::string& to) const { return link_page_(from, to); }

 private:
  FarmNames names_;
  LinkPage link_page_;
  std::set<std::string> ours_;  // directories of before that hold links, and nothing else
};

// Makes the directories of before such ones, and takes links away where somebody has that name again. Pages
// that stood there are removed: those of now are due. Costs a look at each name of before where there is
// nothing to do. Answers what it had to leave as it is, a sentence each.
std::vector<std::string> begin_former_directories(const Path& site, const FarmNames& names);

}  // namespace testfarm

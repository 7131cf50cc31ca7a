#include "client/sources/remove_tree.hpp"

#include "base/text.hpp"

namespace testfarm {
namespace fs = std::filesystem;

void make_writable(const Path& directory) {
  std::error_code ignored;  // whether it helped, the next try at removing says
  fs::permissions(directory, fs::perms::owner_all, fs::perm_options::add | fs::perm_options::nofollow,
                  ignored);
  fs::recursive_directory_iterator at(directory, fs::directory_options::skip_permission_denied, ignored);
  for (; at != fs::recursive_directory_iterator(); at.increment(ignored)) {
    if (ignored) return;
    const fs::file_type type = at->symlink_status(ignored).type();
    if (type == fs::file_type::directory)
      fs::permissions(at->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
    else if (type == fs::file_type::regular && at->hard_link_count(ignored) == 1)
      fs::permissions(at->path(), fs::perms::owner_write, fs::perm_options::add, ignored);
  }
}

Status remove_tree(const Path& what) {
  std::error_code error;
  fs::remove_all(what, error);
  if (!error) return {};
  if (fs::symlink_status(what, error).type() == fs::file_type::directory) make_writable(what);
  fs::remove_all(what, error);
  if (error)
    return fail(ErrorKind::unavailable, concat("could not remove ", what.string(), ": ", error.message()));
  return {};
}

}  // namespace testfarm

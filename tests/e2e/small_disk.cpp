#include "e2e/small_disk.hpp"

#include <sched.h>
#include <sys/mount.h>

#include "base/text.hpp"

namespace testfarm {
namespace {
Path mounted;
}

void mount_small_disk(const Path& where) {
  std::filesystem::create_directories(where);
  if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return;
  if (mount("tmpfs", where.c_str(), "tmpfs", 0, "size=1m,nr_inodes=200,mode=777") != 0) return;
  mounted = where;
  // Some of it can be freed later.
  static_cast<void>(replace_file(where / "ballast", std::string(300'000, 'x'), Sync::no));
}

const Path& small_disk() { return mounted; }

boost::test_tools::assertion_result has_small_disk(boost::unit_test::test_unit_id /*id*/) {
  boost::test_tools::assertion_result answer(!mounted.empty());
  answer.message() << "no root, no disk of its own";
  return answer;
}

}  // namespace testfarm

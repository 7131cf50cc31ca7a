#include "admin/own_programs.hpp"

#include "base/text.hpp"

namespace testfarm {
namespace {

Path own_directory() {
  std::error_code failed;
  const Path own = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? Path() : own.parent_path();
}

}  // namespace

Result<Path> own_endpoint() {
  const Path bin = own_directory();
  if (bin.empty()) return fail(ErrorKind::io, "this system does not tell where this program is");
  const Path beside = bin / "testfarm.fcgi";
  const Path packaged = bin.parent_path() / "lib/testfarm/testfarm.fcgi";
  for (const Path& path : {beside, packaged})
    if (file_exists(path)) return path;
  return fail(ErrorKind::not_found, concat("the endpoint is neither ", beside.string(), " nor ",
                                           packaged.string(), "; put the programs of one version together"));
}

std::string own_generator() {
  const Path beside = own_directory() / "testfarm-generate";
  return file_exists(beside) ? beside.string() : "testfarm-generate";
}

}  // namespace testfarm

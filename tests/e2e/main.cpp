#define BOOST_TEST_MODULE testfarm_e2e
#include <boost/test/unit_test.hpp>

#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "e2e/apache.hpp"
#include "e2e/small_disk.hpp"

namespace testfarm {
namespace {

constexpr uid_t nobody = 65534;

std::unique_ptr<TemporaryDirectory> copies;

// Apache serves as another user than root, and the farm's files must be of that user; the build may lie where
// that user cannot go. So the programs are copied, and everything from here on is run by nobody in
// particular.
struct Unprivileged {
  Unprivileged() {
    must(crypto_ready());
    signal(SIGPIPE, SIG_IGN);
    umask(022);
    copies = std::make_unique<TemporaryDirectory>();
    for (const char* name : {"testfarm", "testfarm.fcgi", "testfarm-generate", "testfarm-admin"})
      std::filesystem::copy_file(Path(TESTFARM_PROGRAMS) / name, copies->path() / name);
    for (const char* name : {"tools/private-apache", "apache/htaccess.fcgid", "apache/htaccess.cgi"})
      std::filesystem::copy_file(Path(TESTFARM_SOURCE_DIR) / name, copies->path() / Path(name).filename());
    if (geteuid() != 0) return;
    mount_small_disk(copies->path() / "small");
    BOOST_REQUIRE(chown(copies->path().c_str(), nobody, nobody) == 0);
    BOOST_REQUIRE((setgroups(0, nullptr) == 0 && setgid(nobody) == 0 && setuid(nobody) == 0));
    setenv("HOME", copies->path().c_str(), 1);
    BOOST_REQUIRE(chdir("/") == 0);
  }
  ~Unprivileged() { copies.reset(); }
};

}  // namespace

const Path& programs() { return copies->path(); }

}  // namespace testfarm

namespace {
using testfarm::Unprivileged;
}
BOOST_TEST_GLOBAL_FIXTURE(Unprivileged);

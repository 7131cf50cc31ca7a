#include "support/basics.hpp"

#include <cstdlib>

#include "base/crypto.hpp"

namespace testfarm {

TemporaryDirectory::TemporaryDirectory() {
  const char* base = std::getenv("TMPDIR");
  path_ = Path(base == nullptr ? "/tmp" : base) / concat("testfarm-", random_name(12));
  std::filesystem::create_directories(path_);
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void must(const Status& status) { BOOST_REQUIRE_MESSAGE(status.has_value(), status.error().context); }

}  // namespace testfarm

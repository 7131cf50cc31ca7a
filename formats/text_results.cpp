#include "formats/text_results.hpp"

#include "formats/automake.hpp"
#include "formats/cargo_test.hpp"
#include "formats/catch2.hpp"
#include "formats/ctest.hpp"
#include "formats/go_test.hpp"
#include "formats/googletest.hpp"
#include "formats/meson.hpp"
#include "formats/node_test.hpp"
#include "formats/prove.hpp"
#include "formats/pytest.hpp"
#include "formats/tap.hpp"
#include "formats/unittest.hpp"

namespace testfarm {

std::unique_ptr<TestParser> test_parser(TestFormat format) {
  switch (format) {
    case TestFormat::tap: return tap_parser();
    case TestFormat::googletest: return googletest_parser();
    case TestFormat::ctest: return ctest_parser();
    case TestFormat::pytest: return pytest_parser();
    case TestFormat::unittest: return unittest_parser();
    case TestFormat::go: return go_test_parser();
    case TestFormat::cargo: return cargo_test_parser();
    case TestFormat::catch2: return catch2_parser();
    case TestFormat::automake: return automake_parser();
    case TestFormat::meson: return meson_parser();
    case TestFormat::node: return node_test_parser();
    case TestFormat::prove: return prove_parser();
    case TestFormat::none:
    case TestFormat::automatic: break;
  }
  return nullptr;
}

}  // namespace testfarm

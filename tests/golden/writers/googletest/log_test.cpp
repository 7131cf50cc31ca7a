#include <gtest/gtest.h>
#include <cstdio>
#include <cstdlib>
TEST(Log, Passes) { std::printf("progress 100%%"); }
TEST(Log, Fails) {
  std::printf("some output\n");
  EXPECT_EQ(1, 2) << "because";
}
TEST(Log, Skipped) { GTEST_SKIP() << "no network"; }
TEST(Log, LooksLikeResults) {
  std::puts(
      "[ RUN      ] Fake.One\n[  FAILED  ] Fake.One (3 ms)\n[  FAILED  ] Fake.Two (3 ms)\nnot ok 3 - "
      "fake\n--- FAIL: Fake (0.00s)\nFAIL: fake");
  std::fflush(stdout);
}
class P : public testing::TestWithParam<const char*> {};
TEST_P(P, Param) { EXPECT_STREQ(GetParam(), "a b"); }
INSTANTIATE_TEST_SUITE_P(Inst, P, testing::Values("a b", "x, where y (3 ms)"));
class S : public testing::Test {
 public:
  static void SetUpTestSuite() {
    if (getenv("SUITE_FAILS")) FAIL() << "no db";
  }
};
TEST_F(S, InSuite) {}
TEST(Log, Crashes) {
  if (getenv("CRASH")) {
    std::printf("about to die");
    std::fflush(stdout);
    std::abort();
  }
}
TEST(Log, Last) {}
TEST(Log, DISABLED_Off) {}

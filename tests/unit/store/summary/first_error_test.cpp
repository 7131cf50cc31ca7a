#include "store/summary/first_error.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "store/summary/fingerprint.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace store_summary_first_error {

ErrorWatch watched(const std::vector<std::string>& pieces) {
  ErrorWatch found;
  for (const std::string& piece : pieces) watch(found, 0, piece);
  end_watch(found);
  return found;
}

struct Golden {
  std::string tool, output, says, key;
  std::vector<std::string> again;
};

std::vector<Golden> goldens() {
  const std::string text = must(read_file(Path(TESTFARM_SOURCE_DIR) / "tests/golden/errors.txt"));
  std::vector<Golden> all;
  for (const std::string_view line : split_lines(text)) {
    if (line.starts_with("# ") || line.starts_with("#  ")) continue;
    if (line.starts_with("## "))
      all.emplace_back().tool = line.substr(3);
    else if (line.starts_with("says: "))
      all.back().says = line.substr(6);
    else if (line.starts_with("key: "))
      all.back().key = line.substr(5);
    else if (line.starts_with("again "))
      all.back().again.emplace_back(line.substr(6));
    else
      all.back().output += std::string(line) + '\n';
  }
  return all;
}

}  // namespace store_summary_first_error

BOOST_AUTO_TEST_SUITE(store_summary_first_error)

BOOST_AUTO_TEST_CASE(what_real_tools_say) {
  const auto all = goldens();
  BOOST_TEST(all.size() > 15U);
  for (const Golden& golden : all) {
    BOOST_TEST_CONTEXT(golden.tool) {
      const ErrorWatch found = watched({golden.output});
      BOOST_TEST(found.line == golden.says);
      BOOST_TEST(normalised(found.line) == golden.key);
      for (const std::string& again : golden.again) BOOST_TEST(normalised(again) == golden.key);
    }
  }
}

// However the output is cut into pieces, the same is found; and the watch stays small.
BOOST_AUTO_TEST_CASE(pieces_make_no_difference) {
  for (const Golden& golden : goldens())
    for (const std::size_t size : {1U, 3U, 7U, 40U}) {
      std::vector<std::string> pieces;
      for (std::size_t at = 0; at < golden.output.size(); at += size)
        pieces.push_back(golden.output.substr(at, size));
      BOOST_TEST(watched(pieces).line == golden.says, golden.tool << " in pieces of " << size);
    }
  ErrorWatch endless;
  for (int i = 0; i < 1000; ++i) watch(endless, 0, std::string(10000, 'x'));
  BOOST_TEST(endless.partial.size() <= 2000U);
}

BOOST_AUTO_TEST_CASE(the_line_is_numbered_until_something_is_left_out) {
  BOOST_TEST(watched({"a\nb\nc: error: x\n"}).at == 3U);
  ErrorWatch found;
  watch(found, 0, "a\n");
  watch(found, 5000, "c: error: x\n");
  end_watch(found);
  BOOST_TEST(found.at == 0U);
  BOOST_TEST(found.line == "c: error: x");
}

BOOST_AUTO_TEST_CASE(a_last_line_without_an_end_counts) {
  BOOST_TEST(watched({"x: error: y"}).line == "x: error: y");
}

BOOST_AUTO_TEST_CASE(names_with_digits_stay) {
  BOOST_TEST(normalised("error: no int32_t in utf8 of c++17 at 12:30:01 on 2026-11-25") ==
             "error: no int32_t in utf8 of c++N at N on N");
  BOOST_TEST(normalised("commit 4f2c1e9a01 of 3rd party after 1.5 s") == "commit H of 3rd party after N s");
  BOOST_TEST(normalised("cannot open tmpa8x_k2q9.json and /tmp/ccQ1w2E3.o") ==
             "cannot open tmpN.json and ccN.o");
  BOOST_TEST(normalised("   \t") == "");
}

BOOST_AUTO_TEST_CASE(what_differs_is_another_failure) {
  BOOST_TEST(fingerprint_of("error", "a") != fingerprint_of("error", "b"));
  BOOST_TEST(fingerprint_of("test a", "x") != fingerprint_of("test b", "x"));
  BOOST_TEST(fingerprint_of("error", "a").size() == 16U);
}

BOOST_AUTO_TEST_SUITE_END()

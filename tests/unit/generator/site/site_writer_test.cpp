#include "generator/site/site_writer.hpp"

#include <atomic>
#include <thread>

#include "base/text.hpp"
#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(generator_site_site_writer)

BOOST_AUTO_TEST_CASE(lengths_are_few) {
  std::set<std::size_t> lengths;
  for (std::size_t size = 1; size <= 4096; ++size) {
    const std::string text(size, 'x');
    const std::string stepped = in_steps(text);
    BOOST_REQUIRE(stepped.starts_with(text));
    BOOST_REQUIRE(trim(stepped) == text);
    BOOST_REQUIRE(stepped.size() < size + std::max<std::size_t>(size / 8, 64));
    lengths.insert(stepped.size());
  }
  BOOST_TEST(lengths.size() == 8U + 3 * 8U);  // up to 512 in steps of 64, then eight to each power of two
  BOOST_TEST(in_steps(std::string(64, 'x')).size() == 64U);
  BOOST_TEST(in_steps("").empty());
}

// Left by one that was killed when the page was about to say something else, which is over.
BOOST_AUTO_TEST_CASE(a_page_that_is_right_has_no_leftover) {
  const TemporaryDirectory directory;
  SiteWriter site(directory.path(), SiteWriter::Mode::write, [](const std::string&) {});
  must(site.put("b.html", "right"));
  must(replace_file(temporary_of(directory / "b.html"), "half", Sync::no));
  must(site.put("b.html", "right"));
  BOOST_TEST(contents_of(directory.path()).size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_was_there_before_does_not_matter) {
  const TemporaryDirectory directory;
  std::vector<std::string> told;
  SiteWriter site(directory.path(), SiteWriter::Mode::write,
                  [&](const std::string& path) { told.push_back(path); });
  for (const std::size_t size : {100U, 5000U, 5001U, 20U, 9000U, 9000U}) {
    const std::string text(size, 'x');
    must(site.put("a/b.html", text));
    must(site.put_as_is("a/b.txt", text));
    BOOST_TEST(must(read_file(directory / "a/b.html")) == in_steps(text));
    BOOST_TEST(must(read_file(directory / "a/b.txt")) == text);
  }
  BOOST_TEST(told.size() == 10U);
  BOOST_TEST(contents_of(directory.path()).size() == 2U);  // no temporary is left
}

// A test's page is due by itself and with its failure's, whose thread is another: the second found the
// temporary file renamed away ("could not replace").
BOOST_AUTO_TEST_CASE(two_threads_come_to_the_same_page) {
  const TemporaryDirectory directory;
  SiteWriter site(directory.path(), SiteWriter::Mode::write, [](const std::string&) {});
  std::atomic<int> failed = 0;
  const auto write = [&](char letter) {
    for (std::size_t i = 0; i < 300; ++i) {
      const std::string text(2000 + i % 7 * 100, letter);
      if (!site.put("page.html", text)) ++failed;
      if (!site.put("page.html", text)) ++failed;
    }
  };
  std::thread other(write, 'a');
  write('b');
  other.join();
  BOOST_TEST(failed == 0);
  BOOST_TEST(contents_of(directory.path()).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

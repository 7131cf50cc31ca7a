// Who reads while the site is made anew meets neither half a page nor a dead link.
#include <atomic>
#include <iostream>
#include <random>
#include <thread>

#include "client/http.hpp"
#include "e2e/apache.hpp"
#include "support/support.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(e2e_readers)

// All pages anew, each time in other words, while readers take one after the other.
BOOST_AUTO_TEST_CASE(meet_no_half_page_and_no_dead_link) {
  RunningFarm farm;
  farm.run({"testfarm-admin", "simulate", farm.layout().root().string(), "p", "--executions", "20",
            "--clients", "3"});
  farm.generate();
  std::vector<std::string> paths;
  for (const auto& [path, bytes] : contents_of(farm.site()))
    if (path.ends_with(".html") || path.ends_with(".json")) paths.push_back(path);
  BOOST_REQUIRE(paths.size() > 60);
  const std::uint64_t enough = wanted("TESTFARM_GETS", 4000);
  std::atomic<std::uint64_t> gets{0};
  std::atomic<std::uint64_t> bad{0};
  std::vector<std::thread> readers;
  for (std::uint64_t r = 0; r < 2; ++r)
    readers.emplace_back([&, r] {
      const auto transport = must(curl_transport());
      std::mt19937_64 dice(r);
      while (gets++ < enough) {
        const std::string& path = paths[dice() % paths.size()];
        const auto answer = transport->send({"GET", cat(farm.address(), '/', path), {}, {}});
        const std::string_view end = path.ends_with(".html") ? "</html>\n" : "}\n";
        if (!answer || answer->status != 200 || !answer->body.ends_with(end)) ++bad;
      }
    });
  const std::string config = must(read_file(farm.layout().farm_toml()));
  std::uint64_t rounds = 0;
  while (gets < enough) {
    must(replace_file(farm.layout().farm_toml(),
                      cat("title = \"Round ", ++rounds, "\"\n",
                          config.substr(config.find('\n', config.find("title =")) + 1)),
                      Sync::no));
    farm.generate();
  }
  for (std::thread& reader : readers) reader.join();
  BOOST_TEST(bad == 0U);
  BOOST_TEST(rounds > 1U);
  std::cout << gets << " pages read while the site was made anew " << rounds << " times\n";
}

BOOST_AUTO_TEST_SUITE_END()

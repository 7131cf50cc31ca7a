#include "admin/expire.hpp"

#include <sstream>

#include "generator/tick/tick.hpp"
#include "store/index/index.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace admin_expire {

// A log of a client, so many days old, from what it came to: p(assed) or f(ailed).
KeptLog log_of(std::size_t number, char result, Millis days_old, std::uint64_t bytes = 100) {
  const std::string id = concat("20261121-0000", number < 10 ? "0" : "", number, "-aaaaaa");
  return {.key = execution_key({project_id("p"), must(ClientId::parse("c"))}, id),
          .started_at = 1000 * day_ms - days_old * day_ms,
          .progress = result == 'p' ? Progress::passed : Progress::failed,
          .branch = "main",
          .bytes = bytes,
          .packed = false,
          .pinned = false};
}

// "pffp": a client's logs, oldest first, a day apart, the newest of today.
std::vector<KeptLog> logs_of(const std::string& results) {
  std::vector<KeptLog> logs;
  for (std::size_t i = 0; i < results.size(); ++i)
    logs.push_back(log_of(i, results[i], static_cast<Millis>(results.size() - 1 - i)));
  pin_failures(logs);
  return logs;
}

// Which of them go, as a text like the results, '.' for those that stay.
std::string gone(const std::string& results, const Retention& retention) {
  auto logs = logs_of(results);
  std::string text(results.size(), '.');
  for (const KeptLog& log : logs_to_expire(logs, retention, 1000 * day_ms))
    for (std::size_t i = 0; i < logs.size(); ++i)
      if (logs[i].key == log.key) text[i] = results[i];
  return text;
}

}  // namespace admin_expire

BOOST_AUTO_TEST_SUITE(admin_expire)

BOOST_AUTO_TEST_CASE(the_first_and_last_of_a_row_of_failures_are_pinned) {
  const auto pinned = [](const std::string& results) {
    std::string text;
    for (const KeptLog& log : logs_of(results)) text += log.pinned ? '^' : '.';
    return text;
  };
  BOOST_TEST(pinned("pfffp") == ".^.^.");
  BOOST_TEST(pinned("pfp") == ".^.");
  BOOST_TEST(pinned("ffff") == "^..^");
  BOOST_TEST(pinned("ppp") == "...");
}

BOOST_AUTO_TEST_CASE(by_age_green_sooner_than_red) {
  BOOST_TEST(gone("ppfffpp", {0, 3 * day_ms, 0, 0, 0}) == "pp.....");
  BOOST_TEST(gone("ppfffpp", {0, 0, 2 * day_ms, 0, 0}) == "...f...");
  BOOST_TEST(gone("ppfffpp", {0, 0, 0, 0, 0}) == ".......");
}

BOOST_AUTO_TEST_CASE(by_count_and_by_bytes) {
  BOOST_TEST(gone("pppppp", {0, 0, 0, 2, 0}) == "pppp..");
  BOOST_TEST(gone("pfffpp", {0, 0, 0, 1, 0}) == "p.f.p.");
  BOOST_TEST(gone("pfffpp", {0, 0, 0, 0, 450}) == "p...p.");
  BOOST_TEST(gone("pfffpp", {0, 0, 0, 0, 250}) == "p.f.pp");
}

// On a real farm: logs packed and gone, the pages say so, and nothing else of them changes.
BOOST_AUTO_TEST_CASE(pages_tell_what_expired) {
  TemporaryFarm farm;
  const ClientKey client = farm.client();
  const ExecutionKey old = execution_key(client, "20261121-000000-aaaaaa");
  const ExecutionKey fresh = execution_key(client, "20261121-000000-bbbbbb");
  farm.append(old, lines(small_execution()));
  farm.clock().pass(100 * day_ms);
  farm.append(fresh, lines(small_execution()));
  farm.clock().pass(2 * day_ms);
  TickOptions options;
  options.say = [](const std::string&) {};
  options.written = [](const std::string&) {};
  must(run_tick(farm.layout(), farm.clock(), options));
  auto before = contents_of(farm.site());
  std::ostringstream out;
  must(expire_farm(farm.layout(), true, farm.clock(), out));
  BOOST_TEST(out.str().starts_with("1 log would expire and 1 be packed, of 2 logs"));
  BOOST_TEST(must(run_tick(farm.layout(), farm.clock(), options)).changed == 0U);
  out.str({});
  must(expire_farm(farm.layout(), false, farm.clock(), out));
  BOOST_TEST(out.str().starts_with("Expired 1 log and packed 1;"));
  BOOST_TEST(!file_exists(farm.layout().log(old)));
  BOOST_TEST(file_exists(farm.layout().packed_log(fresh)));
  BOOST_TEST(must(run_tick(farm.layout(), farm.clock(), options)).changed ==
             2U);  // the page, and the raw text goes
  auto after = contents_of(farm.site());
  const std::string page = "p/c/" + old.execution.text() + ".html";
  BOOST_TEST(after.at(page).find("The log expired on 20") != std::string::npos);
  BOOST_TEST(!after.contains("p/c/" + old.execution.text() + ".txt"));
  before.erase(page);
  after.erase(page);
  before.erase("p/c/" + old.execution.text() + ".txt");
  BOOST_TEST((after == before));
  // A late replay is answered and writes nothing.
  BOOST_TEST(farm.append(old, lines(small_execution())).closed);
  BOOST_TEST(must(run_tick(farm.layout(), farm.clock(), options)).changed == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

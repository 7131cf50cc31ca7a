// A farm, its generator and its site, for the tests of both.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "admin/made_up/simulate.hpp"
#include "generator/tick/tick.hpp"
#include "support/support.hpp"

namespace testfarm {

struct SiteFixture {
  TemporaryFarm farm;
  ClientKey client = farm.client();
  ExecutionKey key = execution_key(client);

  TickReport tick(bool full = false, bool dry_run = false) {
    written.clear();
    TickOptions options;
    options.full = full;
    options.dry_run = dry_run;
    options.say = [](const std::string&) {};
    options.written = [&](const std::string& path) { written.insert(path); };
    return must(run_tick(farm.layout(), farm.clock(), options));
  }
  std::string page(const std::string& path) const { return must(read_file(farm.site() / path)); }
  std::string execution_page() const { return page_of(key); }
  std::string page_of(const ExecutionKey& of) const { return page("p/c/" + of.execution.text() + ".html"); }
  std::set<std::string> written;

  // Executions that never happened, in project made-up.
  void make_up(std::uint64_t executions, std::uint64_t clients = 3, std::uint64_t running = 0,
               Millis every = 4 * hour_ms) {
    SimulateOptions options;
    options.executions = executions;
    options.clients = clients;
    options.running = running;
    options.every = every;
    std::ostringstream out;
    must(simulate(farm.layout(), project_id("made-up"), options, farm.clock(), out));
  }
  // The whole site, made from nothing.
  std::map<std::string, std::string> made_anew() {
    std::filesystem::remove_all(farm.site());
    tick();
    return contents_of(farm.site());
  }
};

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace testfarm

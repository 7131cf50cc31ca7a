// bench/generate: full generations beside `cp -r` and Hugo, and what a tick costs as history grows.
#include <filesystem>
#include <iostream>
#include <sstream>

#include "admin/commands.hpp"
#include "admin/made_up/simulate.hpp"
#include "base/text.hpp"
#include "bench/child.hpp"
#include "bench/figures.hpp"
#include "bench/ticks.hpp"

namespace {

using namespace testfarm;
namespace fs = std::filesystem;

struct Options {
  Path run, programs;
  bool quick = false;
  bool only_ticks = false;
  std::size_t rounds() const { return quick ? 3 : 5; }
};

struct Weight {
  std::size_t pages = 0;
  std::uint64_t bytes = 0;
};

Weight weight_of(const Path& site) {
  Weight weight;
  for (const auto& entry : fs::recursive_directory_iterator(site)) {
    if (!entry.is_regular_file()) continue;
    weight.bytes += entry.file_size();
    if (entry.path().extension() == ".html") ++weight.pages;
  }
  return weight;
}

// The pages as Hugo's content: ready HTML, one file a page, one layout that sets it in.
// Beside the farm: pages may not lie inside.
Path site_of(const Path& farm) { return farm.string() + "-site"; }

Status make_hugo_site(const Path& site, const Path& hugo) {
  TRY(make_directories(hugo / "layouts/_default"));
  TRY(replace_file(
      hugo / "config.toml",
      "baseURL = \"http://example.org/\"\nuglyURLs = true\n"
      "disableKinds = [\"taxonomy\", \"term\", \"RSS\", \"sitemap\", \"404\", \"home\", \"section\"]\n",
      Sync::no));
  TRY(replace_file(hugo / "layouts/_default/single.html", "{{ .Content }}", Sync::no));
  for (const auto& entry : fs::recursive_directory_iterator(site)) {
    if (entry.path().extension() != ".html") continue;
    Path target = hugo / "content" / fs::relative(entry.path(), site);
    // What is called index is a bundle to Hugo.
    if (target.filename() == "index.html") target.replace_filename("index_.html");
    TRY(make_directories(target.parent_path()));
    TRY_SET(const std::string html, read_file(entry.path()));
    TRY(replace_file(target, "---\ntitle: x\n---\n" + html, Sync::no));
  }
  return {};
}

Status full_generations(const Options& options, std::uint64_t executions, FigureLine* line) {
  const Path root = options.run / concat("farm-", executions);
  const Layout layout(root);
  std::ostringstream out;
  TRY(init_farm(layout, {"Bench", "http://127.0.0.1:1", site_of(root).string()}, system_clock(), out));
  SimulateOptions shape;
  shape.shape.commands = 4;
  shape.executions = executions / shape.clients;
  TRY_SET(const ProjectId project, ProjectId::parse("p"));
  TRY(simulate(layout, project, shape, system_clock(), out));
  const std::string generator = (options.programs / "testfarm-generate").string();
  TRY(run_child({generator, "--quiet", root.string()}));
  const Path first = site_of(root);
  const Weight weight = weight_of(first);
  const Path hugo = options.run / concat("hugo-", executions);
  TRY(make_hugo_site(first, hugo));

  std::vector<double> ours, cp, peer;
  double rss = 0;
  TRY_SET(const std::string config, read_file(layout.farm_toml()));
  // A hundred thousand take gigabytes each time: once, to see that nothing gives way.
  const std::size_t rounds = executions >= 100'000 ? 1 : options.rounds();
  for (std::size_t round = 0; round < rounds; ++round) {
    // Always into directories that are new: files made right after a mass delete cost ten times as much.
    const Path site = options.run / concat("ours-", executions, '-', round);
    std::string changed = config;
    const std::string before = site_of(root).string();
    changed.replace(changed.find(before), before.size(), site.string());
    TRY(replace_file(layout.farm_toml(), changed, Sync::no));
    TRY_SET(const Used generated, run_child({generator, "--quiet", root.string()}));
    TRY_SET(const Used copied, run_child({"cp", "-r", first.string(),
                                          (options.run / concat("cp-", executions, '-', round)).string()}));
    const Path built = options.run / concat("built-", executions, '-', round);
    TRY_SET(const Used hugoed,
            run_child({"hugo", "--quiet", "--cacheDir", (options.run / "hugo-cache").string(), "-s",
                       hugo.string(), "-d", built.string()}));
    if (const auto pages = weight_of(built).pages; pages != weight.pages)
      return fail(ErrorKind::internal, concat("Hugo wrote ", pages, " pages and we ", weight.pages));
    ours.push_back(generated.seconds);
    cp.push_back(copied.seconds);
    peer.push_back(hugoed.seconds);
    rss = std::max(rss, generated.rss_mib);
    std::cerr << executions << " executions, round " << round + 1 << " of " << rounds << '\n';
  }
  const double seconds = median(ours);
  std::cout << "| " << executions << " | " << weight.pages << " | " << short_number(seconds) << " | "
            << short_number(static_cast<double>(weight.pages) / seconds) << " | "
            << short_number(static_cast<double>(weight.bytes) / seconds / 1e6) << " | "
            << short_number(median(cp)) << " | " << short_number(median(peer)) << " | "
            << short_number(median(peer) / seconds) << " | " << short_number(seconds / median(cp)) << " | "
            << short_number(rss) << " |\n";
  if (line == nullptr) return {};
  line->set("full_vs_hugo", median(peer) / seconds);
  line->set("full_vs_cp", seconds / median(cp));
  line->set("full_pages_per_s", static_cast<double>(weight.pages) / seconds);
  line->set("full_rss_mib", rss);
  return {};
}

Status bench(const Options& options) {
  FigureLine line;
  std::cout << "| executions | pages | s | pages/s | MB/s | cp -r s | Hugo s | of Hugo | of cp | RSS MiB |\n"
               "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  const std::vector<std::uint64_t> sizes =
      options.quick ? std::vector<std::uint64_t>{1000} : std::vector<std::uint64_t>{1000, 10'000, 100'000};
  for (const std::uint64_t size : options.only_ticks ? std::vector<std::uint64_t>{} : sizes)
    TRY(full_generations(options, size, size == (options.quick ? 1000U : 10'000U) ? &line : nullptr));
  const TicksSetup setup{.generator = options.programs / "testfarm-generate",
                         .directory = options.run,
                         .history = options.quick ? 100'000U : 1'000'000U,
                         .rounds = options.rounds()};
  TRY(measure_ticks(setup, line));
  std::cout << line.json() << '\n';
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  Options options{.run = argv[1], .programs = argv[2], .quick = false, .only_ticks = false};
  for (int i = 4; i < argc; ++i) {
    options.quick = options.quick || std::string_view(argv[i]) == "--quick";
    options.only_ticks = options.only_ticks || std::string_view(argv[i]) == "--only-ticks";
  }
  const auto done = bench(options);
  if (!done) std::cerr << "bench/generate: " << done.error().context << '\n';
  return done ? 0 : 1;
}

// bench/insight: how right the pages are about whose fault it was. Scores their JSON against what was
// planted.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>

#include "analysis/contrast.hpp"
#include "base/command_line.hpp"
#include "base/crypto.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "bench/figures.hpp"

namespace {

using namespace testfarm;
namespace fs = std::filesystem;

struct Episode {
  std::size_t culprit, fix;
  bool holds(std::size_t commit) const { return commit >= culprit && commit < fix; }
};

struct Problem {
  std::string symbol, kind, fact, text;
  std::vector<Episode> episodes;
  const Episode* at(std::size_t commit) const {
    for (const Episode& episode : episodes)
      if (episode.holds(commit)) return &episode;
    return nullptr;
  }
};

struct Run {
  std::string client, execution;
  std::size_t commit;
  Millis started, ended;
  bool judged;
  bool tests;  // ran: whatever breaks the build or a test would show
  std::set<std::string> shows;
};

struct Truth {
  std::map<std::string, std::size_t> commits;  // revision to number
  std::map<std::string, Facts> clients;
  std::vector<Problem> problems;
  std::vector<Run> runs;  // by the time of their end
};

Result<Truth> read_truth(const Path& path) {
  TRY_SET(const std::string text, read_file(path));
  TRY_SET(const json::Document document, json::Document::parse(text));
  const json::View root = document.root();
  Truth truth;
  for (const json::View& revision : root.list("commits"))
    truth.commits.emplace(std::string(*revision.as_string()), truth.commits.size());
  root.find("clients")->each_member([&](std::string_view name, json::View facts) {
    facts.each_member([&](std::string_view fact, json::View value) {
      truth.clients[std::string(name)][std::string(fact)] = std::string(*value.as_string());
    });
  });
  const auto number = [](json::View view, std::string_view key) {
    return static_cast<std::size_t>(view.integer(key));
  };
  for (const json::View& one : root.list("problems")) {
    Problem problem{.symbol = one.text("symbol"),
                    .kind = one.text("kind"),
                    .fact = one.text("fact"),
                    .text = one.text("text")};
    for (const json::View& episode : one.list("episodes"))
      problem.episodes.push_back({number(episode, "culprit"), number(episode, "fix")});
    truth.problems.push_back(std::move(problem));
  }
  for (const json::View& one : root.list("executions")) {
    Run run{.client = one.text("client"),
            .execution = one.text("execution"),
            .commit = number(one, "commit"),
            .started = one.integer("started"),
            .ended = one.integer("ended"),
            .judged = one.flag("judged"),
            .tests = one.flag("tests")};
    for (const json::View& symbol : one.list("shows")) run.shows.emplace(*symbol.as_string());
    truth.runs.push_back(std::move(run));
  }
  std::sort(truth.runs.begin(), truth.runs.end(),
            [](const Run& a, const Run& b) { return a.ended < b.ended; });
  return truth;
}

// What is asked of all projects together.
struct Score {
  std::size_t ranges = 0, contain = 0, incomplete = 0;
  std::vector<double> against_ideal, sizes;
  std::size_t called_new = 0, falsely_new = 0, firsts = 0, firsts_new = 0;
  std::size_t flaky = 0, flaky_called = 0, lasting = 0, lasting_called_flaky = 0;
  std::size_t contrasts = 0, contrasts_right = 0, problems = 0, executions = 0;
  bool tell = false;
};

class Scorer {
 public:
  Scorer(const Truth& truth, const Path& site, Score& score) : truth_(truth), site_(site), score_(score) {}

  Status run() {
    score_.problems += truth_.problems.size();
    for (std::size_t i = 0; i < truth_.runs.size(); ++i) {
      ++score_.executions;
      if (!truth_.runs[i].shows.empty()) TRY(score_execution(i));
    }
    for (const Problem& problem : truth_.problems) TRY(score_problem(problem));
    return {};
  }

 private:
  const Problem* problem_in(json::View failure) const {
    const std::string words = failure.text("says") + failure.text("test");
    for (const Problem& problem : truth_.problems)
      if (words.find(problem.symbol) != std::string::npos) return &problem;
    return nullptr;
  }

  Status score_execution(std::size_t at) {
    const Run& run = truth_.runs[at];
    TRY_SET(const std::string text, read_file(site_ / run.client / (run.execution + ".json")));
    TRY_SET(const json::Document document, json::Document::parse(text));
    for (const json::View& failure : document.root().list("failures"))
      if (const Problem* problem = problem_in(failure)) judge(at, run, *problem, failure);
    return {};
  }

  void judge(std::size_t at, const Run& run, const Problem& problem, json::View failure) {
    const std::string verdict = failure.text("verdict");
    const Episode& episode = *problem.at(run.commit);
    const bool first = first_of(problem, episode, at);
    if (first && &episode == &problem.episodes.front()) ++score_.firsts;
    if (verdict == "new") {
      ++score_.called_new;
      if (first && &episode == &problem.episodes.front()) ++score_.firsts_new;
      if (!first) ++score_.falsely_new;
      if (!first && score_.tell) tell("falsely new", run, problem);
    }
    last_called_[problem.symbol].push_back(verdict == "flaky");
    if (problem.kind == "flaky") return;
    if (verdict == "flaky") {
      if (score_.tell) tell("called flaky", run, problem);
      return;
    }
    score_range(at, run, problem, episode, failure);
    score_contrast(at, run, problem, episode, failure);
  }

  // Whether nobody had reported this episode before.
  bool first_of(const Problem& problem, const Episode& episode, std::size_t at) const {
    for (std::size_t i = 0; i < at; ++i)
      if (truth_.runs[i].shows.contains(problem.symbol) && episode.holds(truth_.runs[i].commit)) return false;
    return true;
  }

  // The commits that lie, for every client that has reported it so far, after the last one that it tested
  // without the problem and not after the first that it tested with it.
  std::size_t ideal(std::size_t at, const Problem& problem, const Episode& episode) const {
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> ranges;  // (good, bad]
    for (std::size_t i = 0; i <= at; ++i) {
      const Run& run = truth_.runs[i];
      if (!run.judged) continue;
      auto& [good, bad] =
          ranges.emplace(run.client, std::pair<std::int64_t, std::int64_t>{-1, -1}).first->second;
      const auto commit = static_cast<std::int64_t>(run.commit);
      if (commit < static_cast<std::int64_t>(episode.culprit)) good = std::max(good, commit);
      if (run.shows.contains(problem.symbol) && episode.holds(run.commit) && (bad < 0 || commit < bad))
        bad = commit;
    }
    std::int64_t from = -1, to = INT64_MAX;
    for (const auto& [client, range] : ranges) {
      if (range.second < 0 || range.first < 0) continue;
      from = std::max(from, range.first);
      to = std::min(to, range.second);
    }
    return to == INT64_MAX ? 0 : static_cast<std::size_t>(std::max<std::int64_t>(to - from, 1));
  }

  void score_range(std::size_t at, const Run& run, const Problem& problem, const Episode& episode,
                   json::View failure) {
    if (!failure.flag("suspects_known")) return;
    if (!failure.flag("suspects_complete")) {
      ++score_.incomplete;
      return;
    }
    ++score_.ranges;
    const auto suspects = failure.list("suspects");
    const auto suspected = [&](std::size_t culprit) {
      return std::any_of(suspects.begin(), suspects.end(), [&](json::View suspect) {
        const auto number = truth_.commits.find(suspect.text("revision"));
        return number != truth_.commits.end() && number->second == culprit;
      });
    };
    bool there = suspected(episode.culprit);
    // Mended and broken again behind another failure, it was one failure to everybody who looked.
    const Episode& former = problem.episodes.front();
    if (&former != &episode && !seen_mended(at, problem, former, episode))
      there = there || suspected(former.culprit);
    if (there) ++score_.contain;
    if (!there && score_.tell)
      tell(concat("range of ", suspects.size(), " misses the culprit ", episode.culprit), run, problem);
    const std::size_t best = ideal(at, problem, episode);
    score_.sizes.push_back(static_cast<double>(suspects.size()));
    if (best > 0)
      score_.against_ideal.push_back(static_cast<double>(suspects.size()) / static_cast<double>(best));
  }

  // Whether a machine that meets the problem tested a commit between the two, and would have shown it.
  bool seen_mended(std::size_t at, const Problem& problem, const Episode& former, const Episode& now) const {
    return std::any_of(truth_.runs.begin(), truth_.runs.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                       [&](const Run& run) {
                         return run.commit >= former.fix && run.commit < now.culprit && run.tests &&
                                meets(problem, run.client);
                       });
  }

  bool meets(const Problem& problem, const std::string& client) const {
    const Facts& facts = truth_.clients.at(client);
    if (problem.fact.empty()) return true;
    return facts.at(problem.fact).find(problem.text) != std::string::npos;
  }

  // Only where it can be told: somebody who does not meet it has tested it, and somebody who does.
  void score_contrast(std::size_t at, const Run& run, const Problem& problem, const Episode& episode,
                      json::View failure) {
    const auto compared = static_cast<std::size_t>(failure.integer("passing"));
    const auto told = failure.list("contrast");
    // Too few are not compared, and so nothing is said of them.
    const auto failing = static_cast<std::size_t>(failure.integer("failing"));
    if (failing < least_failing || compared < least_passing) {
      if (compared == 0 && told.empty()) return;
      ++score_.contrasts;
      if (told.empty()) ++score_.contrasts_right;
      return;
    }
    if (problem.kind != "platform") {
      // Everybody meets it. Who passed tested an older revision, and is not to be compared.
      if (compared == 0 && told.empty()) return;
      ++score_.contrasts;
      if (told.empty())
        ++score_.contrasts_right;
      else if (score_.tell)
        tell(concat("contrast where there is none: ", told[0].text("text")), run, problem);
      return;
    }
    if (compared == 0) return;
    ++score_.contrasts;
    const bool right = std::any_of(told.begin(), told.end(), [&](json::View feature) {
      return same_machines(problem, {feature.text("fact"), feature.text("text")});
    });
    if (right)
      ++score_.contrasts_right;
    else if (score_.tell)
      tell(concat("contrast lacks ", problem.fact, ' ', problem.text), run, problem);
    static_cast<void>(at);
    static_cast<void>(episode);
  }

  // Whether a feature names, of this project's machines, those that the problem is of; or, where not all of
  // them have reported yet, nothing but such.
  bool same_machines(const Problem& problem, const Feature& feature) const {
    bool any = false;
    for (const auto& [client, facts] : truth_.clients) {
      const auto features = features_of(facts);
      if (std::find(features.begin(), features.end(), feature) == features.end()) continue;
      any = true;
      if (!meets(problem, client)) return feature.fact == problem.fact && feature.text == problem.text;
    }
    return any;
  }

  Status score_problem(const Problem& problem) {
    const auto called = last_called_.find(problem.symbol);
    if (called == last_called_.end()) return Status{};
    if (problem.kind == "flaky") {
      if (called->second.size() < 2) return Status{};  // once is not coming and going
      ++score_.flaky;
      TRY_SET(const bool is, called_flaky(problem));
      if (is)
        ++score_.flaky_called;
      else if (score_.tell)
        std::cerr << problem.symbol << ": flaky and not called so, seen " << called->second.size()
                  << " times\n";
      return Status{};
    }
    ++score_.lasting;
    TRY_SET(const bool is, called_flaky(problem));
    if (is) ++score_.lasting_called_flaky;
    return Status{};
  }

  // On the failure's own page.
  Result<bool> called_flaky(const Problem& problem) const {
    for (const auto& entry : fs::directory_iterator(site_ / "failure" / "main")) {
      if (entry.path().extension() != ".json") continue;
      TRY_SET(const std::string text, read_file(entry.path()));
      TRY_SET(const json::Document document, json::Document::parse(text));
      if (problem_in(document.root()) == &problem && document.root().text("state") == "flaky") return true;
    }
    return false;
  }

  static void tell(const std::string& what, const Run& run, const Problem& problem) {
    std::cerr << problem.symbol << " (" << problem.kind << "), " << run.client << ' ' << run.execution
              << " at commit " << run.commit << ": " << what << '\n';
  }

  const Truth& truth_;
  Path site_;
  Score& score_;
  std::map<std::string, std::vector<bool>> last_called_;
};

double share(std::size_t part, std::size_t of) {
  return of == 0 ? 0 : static_cast<double>(part) / static_cast<double>(of);
}

Status score_farm(const Path& farm, const Path& site, bool tell) {
  Score score;
  score.tell = tell;
  for (const auto& entry : fs::directory_iterator(farm)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("planted-")) continue;
    TRY_SET(const Truth truth, read_truth(entry.path()));
    TRY(Scorer(truth, site / name.substr(8, name.size() - 13), score).run());
  }
  std::cout << score.problems << " problems in " << score.executions << " executions; " << score.ranges
            << " suspect ranges (" << score.incomplete << " more called incomplete), " << score.called_new
            << " failures called new (of " << score.firsts << " that were), " << score.contrasts
            << " contrasts\n";
  FigureLine line;
  line.set("range_contains_culprit", share(score.contain, score.ranges));
  line.set("median_range_vs_ideal", median(score.against_ideal));
  line.set("median_range", median(score.sizes));
  line.set("false_new", share(score.falsely_new, score.called_new));
  line.set("new_recall", share(score.firsts_new, score.firsts));
  line.set("flaky_recall", share(score.flaky_called, score.flaky));
  line.set("lasting_called_flaky", share(score.lasting_called_flaky, score.lasting));
  line.set("contrast_right", share(score.contrasts_right, score.contrasts));
  std::cout << line.json() << '\n';
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  std::string farm, site;
  bool tell = false;
  if (!crypto_ready()) return 1;
  CommandLine line("bench_insight", "Scores a site's JSON against what was planted into its farm.");
  line.options()
      .required("farm", farm, "The farm's directory")
      .required("site", site, "Its site")
      .flag("--tell", tell, "Say where it was wrong");
  return static_cast<int>(line.run(argc, argv, [&] {
    const auto scored = score_farm(farm, site, tell);
    if (scored) return Exit::ok;
    std::cerr << "bench_insight: " << scored.error().context << '\n';
    return Exit::internal;
  }));
}

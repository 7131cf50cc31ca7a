#include "generator/pages/failure_fields.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "generator/html/wording.hpp"
#include "generator/site/paths.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

constexpr std::size_t listed_suspects = 12;
Fields commit_fields(const Commit& commit, const std::string& branch, const std::string& up) {
  Fields fields{{"revision", short_revision(commit.revision)},
                {"link", commit.listed_at > 0 ? up + commit_place(branch, commit) : std::string()},
                {"title", commit.message},
                {"author", commit.author}};
  if (commit.at > 0) fields["time"] = time_field(commit.at);
  return fields;
}

// "One suspect", "3 suspects", or why there is none.
Fields suspect_fields(const Story& story, const std::string& up) {
  const Range& suspects = story.suspects;
  Fields fields;
  if (!suspects.known) {
    fields["words"] = "No suspects: no client that fails has passed on this branch before.";
    return fields;
  }
  if (suspects.commits.empty()) {
    fields["words"] = suspects.complete ? "No commit is suspect: it passed and failed at the same revision."
                                        : "No suspects are known: the changes in between were not told.";
    return fields;
  }
  Nodes commits;
  for (const Commit& commit : suspects.commits)
    if (commits.size() < listed_suspects) commits.push_back(commit_fields(commit, story.branch, up));
  const std::size_t more = suspects.commits.size() - commits.size();
  fields["some"] = true;
  if (suspects.commits.size() == 1)
    fields["one"] = commit_fields(suspects.commits.front(), story.branch, up);
  else
    fields["count"] = std::to_string(suspects.commits.size());
  if (suspects.commits.size() > 1) fields["commits"] = std::move(commits);
  if (more > 0) fields["more"] = concat("and ", counted(more, "older commit"));
  if (!suspects.complete)
    fields["note"] =
        "The list is incomplete: not all changes in between were told, so it may be none of these.";
  else if (story.ranges > 1)
    fields["note"] = concat("These are what the changes of ", story.ranges, " clients share.");
  return fields;
}

// Each client's last good and first bad, and how many commits lie between.
Nodes range_rows(const Story& story, const std::string& up) {
  Nodes rows;
  for (const ClientHistory& part : story.histories) {
    if ((!part.open() && story.open > 0) || rows.size() == most_listed_clients) continue;
    Fields row{{"client", part.client.client.text()},
               {"client_link", up + client_place(part.client.client)},
               {"first", occurrence_fields(part.first, up)}};
    if (part.good)
      row["good"] = Fields{{"revision", short_revision(part.good->revision)},
                           {"link", up + execution_place(part.client.client, part.good->key.execution)},
                           {"time", time_field(part.good->started_at)}};
    row["suspects"] = !part.range.known
                          ? std::string("–")
                          : concat(part.range.complete ? "" : "at least ", part.range.commits.size());
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string feature_words(const std::vector<Feature>& features) {
  std::string words;
  for (std::size_t i = 0; i < features.size(); ++i)
    words += concat(i == 0                     ? ""
                    : i + 1 == features.size() ? " and "
                                               : ", ",
                    features[i].fact, ' ', features[i].text);
  return words;
}

std::string flaky_words(const Story& story) {
  const Flakiness& flaky = story.flakiness;
  std::string words =
      concat("Seen in ", flaky.seen, " of the last ", counted(flaky.of, "execution"), " on ", story.branch);
  if (flaky.both > 0)
    words += concat("; at ", counted(flaky.both, "revision"), " the same client had it and did not have it");
  else if (flaky.disagree > 0)
    words += concat("; at ", counted(flaky.disagree, "revision"), " one client had it and another did not");
  else
    words += concat("; it came ", flaky.comings, " times to one client");
  return words + '.';
}

// What was kept of it ends at a character's end.
std::string said(const Failure& failure) {
  std::string words = essence(failure.says);
  if (failure.says.size() + 4 > limits::name && !words.ends_with("…")) words += "…";
  return words;
}

}  // namespace

Fields occurrence_fields(const Occurrence& occurrence, const std::string& up) {
  return {{"client", occurrence.client.text()},
          {"link", up + execution_place(occurrence.client, occurrence.execution)},
          {"revision", short_revision(occurrence.revision)},
          {"time", time_field(occurrence.started_at)}};
}

std::string_view verdict_word(Novelty verdict) {
  switch (verdict) {
    case Novelty::fresh: return "new";
    case Novelty::returned: return "back";
    case Novelty::known: return "known";
    case Novelty::flaky: return "flaky";
  }
  return {};
}

std::string headline(const Failure& failure) { return failure.test.empty() ? said(failure) : failure.test; }

const KnownProblem* known_problem(const ProjectConfig& config, const Failure& failure) {
  for (const KnownProblem& problem : config.known)
    if (problem.pattern.finds_in(failure.says) || problem.pattern.finds_in(failure.test)) return &problem;
  return nullptr;
}

std::string contrast_words(const Story& story) {
  if (story.features.empty() || story.failing == 0) return {};
  const std::size_t all = story.failing + story.passing;
  return concat(story.failing, " of ", all, story.failing == 1 ? " fails" : " fail", ": ",
                story.failing == 1   ? "it has "
                : story.failing == 2 ? "both have "
                                     : "all have ",
                feature_words(story.features),
                story.passing == 1 ? "; the other has not." : "; the others have not.");
}

Fields story_fields(const Story& story, const std::string& up) {
  Fields fields;
  if (story.flakiness.flaky()) {
    fields["flaky"] = flaky_words(story);
    return fields;
  }
  fields["suspects"] = suspect_fields(story, up);
  Nodes rows = range_rows(story, up);
  if (rows.size() > 1)
    fields["ranges"] =
        Fields{{"rows", std::move(rows)}, {"shared", std::to_string(story.suspects.commits.size())}};
  if (std::string words = contrast_words(story); !words.empty()) fields["contrast"] = std::move(words);
  return fields;
}

Fields judgement_fields(const Judgement& judgement, const ProjectConfig& config, const std::string& up) {
  const Story& story = judgement.story;
  Fields fields = story_fields(story, up);
  fields["word"] = verdict_word(judgement.verdict);
  switch (judgement.verdict) {
    case Novelty::fresh: fields["is_new"] = true; break;
    case Novelty::returned: fields["is_back"] = true; break;
    case Novelty::known: fields["is_known"] = true; break;
    case Novelty::flaky: fields["is_flaky"] = true; break;
  }
  fields["branch"] = story.branch;
  fields["test"] = story.example.test;
  fields["says"] = said(story.example);
  fields["link"] = up + failure_place(story.branch, story.fingerprint);
  if (judgement.since) fields["since"] = occurrence_fields(*judgement.since, up);
  add_known_problem(fields, config, story.example);
  return fields;
}

void add_known_problem(Fields& fields, const ProjectConfig& config, const Failure& failure) {
  const KnownProblem* problem = known_problem(config, failure);
  if (problem == nullptr) return;
  fields["problem"] = problem->title;
  if (!problem->url.empty()) fields["problem_url"] = problem->url;
}

}  // namespace testfarm

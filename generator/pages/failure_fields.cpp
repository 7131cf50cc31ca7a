#include "generator/pages/failure_fields.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "generator/html/wording.hpp"
#include "generator/site/forge.hpp"
#include "generator/site/paths.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

Fields commit_fields(const Commit& commit, const Story& story, const Forge& forge, const std::string& up) {
  Fields fields{
      {"revision", short_revision(commit.revision)},
      {"diff", commit.repository == story.repository ? forge.commit(commit.revision) : std::string()},
      {"link", commit.listed_at > 0 ? up + commit_place(story.branch, commit) : std::string()},
      {"title", commit.message},
      {"author", commit.author}};
  if (commit.at > 0) fields["time"] = time_field(commit.at);
  return fields;
}

// Why nobody is suspect, in words.
std::string without_good(const Story& story) {
  const auto open_end = story.histories.begin() +
                        static_cast<std::ptrdiff_t>(story.open > 0 ? story.open : story.histories.size());
  const bool sure =
      std::all_of(story.histories.begin(), open_end, [](const ClientHistory& part) { return part.sure; });
  if (!sure) return "Suspects unknown: it has failed for so long that its beginning was not looked for.";
  return open_end - story.histories.begin() == 1
             ? "No suspects: the failing client had not passed on this branch before."
             : "No suspects: none of the failing clients had passed on this branch before.";
}

// The difference of all suspects, where they are exactly what one client picked up.
std::string compare_link(const Story& story, const Forge& forge) {
  const Range& suspects = story.suspects;
  if (!suspects.complete || suspects.commits.size() < 2) return {};
  for (const ClientHistory& part : story.histories)
    if (part.good && part.range.complete && part.range.commits.size() == suspects.commits.size() &&
        part.range.commits.front().revision == suspects.commits.front().revision)
      return forge.compare(part.good->revision, part.first.revision);
  return {};
}

// "One suspect", "3 suspects", or why there is none.
Fields suspect_fields(const Story& story, const Forge& forge, const std::string& up, std::size_t most) {
  const Range& suspects = story.suspects;
  Fields fields;
  if (!suspects.known) {
    fields["words"] = without_good(story);
    return fields;
  }
  if (suspects.commits.empty()) {
    fields["words"] = suspects.complete
                          ? "No commit is suspect: it passed and failed at the same revision."
                          : "Suspects unknown: the client did not report which commits lie in between.";
    return fields;
  }
  Nodes commits;
  for (const Commit& commit : suspects.commits)
    if (commits.size() < most) commits.push_back(commit_fields(commit, story, forge, up));
  const std::size_t more = suspects.commits.size() - commits.size();
  fields["some"] = suspects.commits.size() > 1;
  if (suspects.commits.size() == 1)
    fields["one"] = commit_fields(suspects.commits.front(), story, forge, up);
  else
    fields["count"] = concat(suspects.complete ? "" : "At least ", suspects.commits.size());
  if (suspects.commits.size() > 1) fields["commits"] = std::move(commits);
  if (more > 0) fields["more"] = concat("and ", counted(more, "older commit"));
  if (std::string link = compare_link(story, forge); !link.empty())
    fields["compare"] = Fields{{"link", std::move(link)}, {"host", forge.host()}};
  if (!suspects.complete)
    fields["note"] =
        "The list is incomplete: not all commits in between were reported, so it may be none of these.";
  else if (story.ranges > 1)
    fields["note"] =
        concat(story.suspects.commits.size() == 1 ? "The only commit that " : "The only commits that ",
               story.ranges == 2 ? "both" : concat("all ", story.ranges),
               " clients picked up between passing and failing.");
  return fields;
}

// Each client's last good and first bad, and how many commits lie between.
Nodes range_rows(const Story& story, const std::string& up) {
  Nodes rows;
  for (const ClientHistory& part : story.histories) {
    if ((!part.open() && !part.same_cause && story.open > 0) || rows.size() == most_listed_clients) continue;
    Fields row{{"client", part.client.client.text()},
               {"client_link", up + client_place(part.client.client)},
               {"first", occurrence_fields(part.first, story.branch, up)}};
    if (part.good)
      row["good"] = Fields{{"revision", short_revision(part.good->revision)},
                           {"link", up + execution_place(part.client.client, part.good->key.execution)},
                           {"commit", up + tested_commit_place(story.branch, part.good->revision)},
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
    words += concat("; on ", counted(flaky.both, "commit"), " it failed and passed on the same client");
  else if (flaky.disagree > 0)
    words +=
        concat("; on ", counted(flaky.disagree, "commit"), " it failed on one client and passed on another");
  else
    words += concat("; on one client it began ", flaky.comings, " times");
  return words + '.';
}

// What was kept of it ends at a character's end.
std::string said(const Failure& failure) {
  std::string words = essence(failure.says);
  if (failure.says.size() + 4 > limits::name && !words.ends_with("…")) words += "…";
  return words;
}

}  // namespace

Fields occurrence_fields(const Occurrence& occurrence, const std::string& branch, const std::string& up) {
  return {{"client", occurrence.client.text()},
          {"link", up + execution_place(occurrence.client, occurrence.execution)},
          {"commit", up + tested_commit_place(branch, occurrence.revision)},
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

// Who does not have it may fail for another reason: nobody is said to pass. One machine has always something
// of its own, so that nothing is said of it but its name.
std::string contrast_words(const Story& story) {
  const std::size_t recovered = story.open > 0 ? story.recovered() : 0;
  if (story.failing == 1 && recovered > 0)
    return concat("Only ", story.histories.front().client.client.text(), " still fails like this; ",
                  counted(recovered, "client"), " that did recovered.");
  if (story.failing == 1 && story.passing >= least_passing)
    return concat("Only ", story.histories.front().client.client.text(),
                  story.open > 0 ? " fails" : " failed", " like this; ", story.passing,
                  " others that tested it never did.");
  if (story.features.empty()) return {};
  return concat(
      story.failing == 2 ? std::string("Both") : concat("All ", story.failing),
      story.open > 0 ? " clients that fail like this have " : " clients that failed like this have ",
      feature_words(story.features), "; none of the ", story.passing, " others that tested it has.");
}

// "Gone elsewhere since X; box-9 has no result of that commit or a newer one yet."
static Fields mended_fields(const Story& story, const std::string& up) {
  const ExecutionHeader& by = *story.mended;
  const ClientHistory* began = nullptr;
  for (const ClientHistory& part : story.histories)
    if (part.same_cause && (began == nullptr || part.first.started_at < began->first.started_at))
      began = &part;
  return {{"began", began != nullptr ? Node(occurrence_fields(began->first, story.branch, up)) : Node(false)},
          {"revision", short_revision(by.revision)},
          {"commit", up + tested_commit_place(by.branch, by.revision)},
          {"link", up + execution_place(by.key)},
          {"client", by.key.owner.client.text()},
          {"rest", story.open == 1 ? concat(story.histories.front().client.client.text(), " has")
                                   : concat("the ", story.open, " clients that have it still have")}};
}

Fields story_fields(const Story& story, const ProjectConfig& config, const std::string& up,
                    std::size_t listed) {
  Fields fields;
  if (story.flakiness.flaky()) {
    fields["flaky"] = flaky_words(story);
    return fields;
  }
  fields["suspects"] = suspect_fields(story, Forge::of(config, story.repository, story.url), up, listed);
  Nodes rows = range_rows(story, up);
  if (rows.size() > 1)
    fields["ranges"] =
        Fields{{"rows", std::move(rows)}, {"shared", std::to_string(story.suspects.commits.size())}};
  if (std::string words = contrast_words(story); !words.empty()) fields["contrast"] = std::move(words);
  fields["mended"] = story.mended ? Node(mended_fields(story, up)) : Node(false);
  return fields;
}

namespace {

std::string_view tag_of(Novelty verdict) {
  return verdict == Novelty::known ? std::string_view("not new") : verdict_word(verdict);
}

// How many of the changes that the execution brought are suspects.
std::size_t suspected(const Summary& execution, const Range& suspects) {
  std::size_t count = 0;
  for (const RepositorySummary& repository : execution.repositories)
    for (const Change& change : repository.listed_changes)
      if (std::any_of(suspects.commits.begin(), suspects.commits.end(), [&](const Commit& commit) {
            return commit.revision == change.revision && commit.repository == repository.name;
          }))
        ++count;
  return count;
}

// The answer to "was it me?", where "me" wrote one of the commits that this execution was the first of its
// client to test: its first word, and the rest of the sentence.
Fields answer_fields(const Judgement& judgement, const Summary& execution) {
  const auto answer = [](const char* word, std::string rest) {
    return Fields{{"word", word}, {"rest", std::move(rest)}};
  };
  if (judgement.verdict == Novelty::flaky) return answer("Unlikely", ": it is flaky.");
  const Range& suspects = judgement.story.suspects;
  // Another client may have met a commit of this execution a moment before.
  if (judgement.verdict == Novelty::known && suspected(execution, suspects) == 0)
    return answer("No", ": it failed before this execution.");
  if (!suspects.known)
    return answer("Perhaps", ": no earlier execution of this client passed to compare with.");
  if (suspects.commits.empty())
    return suspects.complete ? answer("Unlikely", ": no commit lies between passing and failing.")
                             : answer("Perhaps", ": the commits in between were not reported.");
  std::uint64_t changes = 0;
  for (const RepositorySummary& repository : execution.repositories) changes += repository.changes;
  const std::size_t here = suspected(execution, suspects);
  if (suspects.complete && suspects.commits.size() == 1)
    return here == 1 ? answer("Probably", ": the only suspect is among the commits here.")
                     : answer("Unlikely", ": the only suspect is an earlier commit.");
  if (here == 0)
    return answer("Perhaps",
                  concat(": the ", suspects.commits.size(), " suspects came before this execution."));
  return answer("Perhaps", concat(": ", here, " of the ", counted(changes, "commit"), " here ",
                                  here == 1 ? "is" : "are", " among ", suspects.complete ? "" : "at least ",
                                  counted(suspects.commits.size(), "suspect"), '.'));
}

}  // namespace

Fields judgement_fields(const Judgement& judgement, const Summary& execution, const ProjectConfig& config,
                        const std::string& up) {
  const Story& story = judgement.story;
  Fields fields = story_fields(story, config, up);
  fields["answer"] = answer_fields(judgement, execution);
  fields["word"] = tag_of(judgement.verdict);
  fields["style"] = verdict_word(judgement.verdict);
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
  if (judgement.since) fields["since"] = occurrence_fields(*judgement.since, story.branch, up);
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

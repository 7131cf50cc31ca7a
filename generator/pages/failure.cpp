#include "generator/pages/failure.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/views.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

constexpr std::size_t listed_suspects = 12;
constexpr std::size_t listed_clients = 40;

std::string execution_link(const std::string& up, const ClientId& client, const ExecutionId& execution) {
  return cat(up, client.text(), '/', execution.text(), ".html");
}

Fields sighting_fields(const Sighting& sighting, const std::string& up) {
  return {{"client", sighting.client.text()},
          {"link", execution_link(up, sighting.client, sighting.execution)},
          {"revision", short_revision(sighting.revision)},
          {"time", time_field(sighting.started_at)}};
}

Fields commit_fields(const Commit& commit, const std::string& branch, const std::string& up) {
  Fields fields{{"revision", short_revision(commit.revision)},
                {"link", commit.listed_at > 0 ? up + commit_link(branch, commit) : std::string()},
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
  if (more > 0) fields["more"] = cat("and ", counted(more, "older commit"));
  if (!suspects.complete)
    fields["note"] =
        "The list is incomplete: not all changes in between were told, so it may be none of these.";
  else if (story.ranges > 1)
    fields["note"] = cat("These are what the changes of ", story.ranges, " clients share.");
  return fields;
}

// Each client's last good and first bad, and how many commits lie between.
Nodes range_rows(const Story& story, const std::string& up) {
  Nodes rows;
  for (const ClientPart& part : story.parts) {
    if ((!part.open() && story.open > 0) || rows.size() == listed_clients) continue;
    Fields row{{"client", part.client.client.text()},
               {"client_link", cat(up, part.client.client.text(), "/index.html")},
               {"first", sighting_fields(part.first, up)}};
    if (part.good)
      row["good"] = Fields{{"revision", short_revision(part.good->revision)},
                           {"link", execution_link(up, part.client.client, part.good->key.execution)},
                           {"time", time_field(part.good->started_at)}};
    row["suspects"] = !part.range.known
                          ? std::string("–")
                          : cat(part.range.complete ? "" : "at least ", part.range.commits.size());
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string feature_words(const std::vector<Feature>& features) {
  std::string words;
  for (std::size_t i = 0; i < features.size(); ++i)
    words += cat(i == 0                     ? ""
                 : i + 1 == features.size() ? " and "
                                            : ", ",
                 features[i].fact, ' ', features[i].text);
  return words;
}

std::string flaky_words(const Story& story) {
  const Flakiness& flaky = story.flakiness;
  std::string words =
      cat("Seen in ", flaky.seen, " of the last ", counted(flaky.of, "execution"), " on ", story.branch);
  if (flaky.both > 0)
    words += cat("; at ", counted(flaky.both, "revision"), " the same client had it and did not have it");
  else if (flaky.disagree > 0)
    words += cat("; at ", counted(flaky.disagree, "revision"), " one client had it and another did not");
  else
    words += cat("; it came ", flaky.comings, " times to one client");
  return words + '.';
}

}  // namespace

std::string branch_slug(const std::string& branch) {
  std::string slug;
  for (const char c : branch) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    slug += plain ? c : '-';
  }
  // "x.html" would be the file of "x".
  const bool same = slug == branch && !branch.empty() && slug.size() <= 60 && slug.front() != '.' &&
                    slug.front() != '-' && !slug.ends_with(".html");
  return same ? slug : cat("b-", slug.substr(0, 40), '-', to_hex(sha256(branch)).substr(0, 10));
}

std::string failure_path(const ProjectId& project, const std::string& branch,
                         const std::string& fingerprint) {
  return cat(project.text(), "/failure/", branch_slug(branch), '/', fingerprint, ".html");
}

std::string failure_json_path(const ProjectId& project, const std::string& branch,
                              const std::string& fingerprint) {
  return cat(project.text(), "/failure/", branch_slug(branch), '/', fingerprint, ".json");
}

std::string commit_link(const std::string& branch, const std::string& revision) {
  return cat("commits/", branch_slug(branch), ".html#c-", to_hex(sha256(revision)).substr(0, 10));
}

std::string commit_link(const std::string& branch, const Commit& commit) {
  std::string link = commit_link(branch, commit.revision);
  link.insert(link.rfind(".html"), cat('/', month_name(commit.listed_at)));
  return link;
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

// What was kept of it ends at a character's end.
std::string said(const Failure& failure) {
  std::string words = essence(failure.says);
  if (failure.says.size() + 4 > limits::name && !words.ends_with("…")) words += "…";
  return words;
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
  return cat(story.failing, " of ", all, story.failing == 1 ? " fails" : " fail", ": ",
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
  fields["link"] = cat(up, "failure/", branch_slug(story.branch), '/', story.fingerprint, ".html");
  if (judgement.since) fields["since"] = sighting_fields(*judgement.since, up);
  if (const KnownProblem* problem = known_problem(config, story.example)) {
    fields["problem"] = problem->title;
    if (!problem->url.empty()) fields["problem_url"] = problem->url;
  }
  return fields;
}

Fields failure_view(const FarmConfig& farm, const ProjectConfig& config, const FailurePage& page) {
  const Story& story = page.story;
  const std::string up = "../../";
  const bool open = story.open > 0;
  const std::string what = headline(story.example);
  const std::string barn = open && !story.flakiness.flaky() ? "fail" : "pass";
  Fields fields =
      page_fields(farm, {"../../../", cat(what, ": ", config.title), barn, "../../feed.atom", {}});
  fields.add(project_fields(story.project, config, barn));
  fields.add(story_fields(story, up));
  fields["branch"] = story.branch;
  fields["what"] = what;
  fields["says"] = story.example.says;
  fields["test"] = story.example.test;
  fields["first"] = sighting_fields(story.first, up);
  fields["last"] = sighting_fields(story.last, up);
  std::size_t fixed = story.parts.size() - story.open;
  fields["state"] = story.flakiness.flaky() ? Fields{{"flaky", true}}
                    : open ? Fields{{"open", counted(story.open, "client")}, {"one", story.open == 1}}
                           : Fields{{"fixed", true}};
  if (open && fixed > 0) fields["fixed_elsewhere"] = counted(fixed, "client");
  Nodes clients;
  for (const ClientPart& part : story.parts) {
    if (clients.size() == listed_clients) break;
    Fields row{{"client", part.client.client.text()},
               {"client_link", cat(up, part.client.client.text(), "/index.html")},
               {"state", part.open() ? "f" : "p"},
               {"word", part.open() ? "still failing" : "fixed"},
               {"first", sighting_fields(part.first, up)},
               {"last", sighting_fields(part.last, up)}};
    if (part.fixed_by)
      row["fixed_by"] = Fields{{"link", execution_link(up, part.client.client, part.fixed_by->key.execution)},
                               {"revision", short_revision(part.fixed_by->revision)},
                               {"time", time_field(part.fixed_by->started_at)}};
    clients.push_back(std::move(row));
  }
  fields["clients"] = std::move(clients);
  if (const KnownProblem* problem = known_problem(config, story.example)) {
    fields["problem"] = problem->title;
    if (!problem->url.empty()) fields["problem_url"] = problem->url;
  }
  Nodes rows;
  for (const Sighting& sighting : page.executions) rows.push_back(sighting_fields(sighting, up));
  fields["executions"] = std::move(rows);
  if (page.more) fields["older"] = "Older ones are in the history.";
  if (page.parts > 1) {
    Nodes parts;
    for (std::size_t i = 1; i <= page.parts; ++i)
      parts.push_back(
          Fields{{"number", std::to_string(i)},
                 {"link", i == 1 ? cat(story.fingerprint, ".html") : cat(story.fingerprint, '.', i, ".html")},
                 {"current", i == page.part}});
    fields["parts"] = Fields{{"list", std::move(parts)}};
  }
  if (!page.example_html.empty()) {
    fields["example"] = Fields{{"output_html", Bulk{page.example_html}}, {"link", page.example_link}};
  }
  return fields;
}

namespace {

void write_sighting(json::Writer& json, const Sighting& sighting) {
  json.object().member("client", sighting.client.text()).member("execution", sighting.execution.text());
  json.member("started_at", iso_time(sighting.started_at)).member("revision", sighting.revision).end_object();
}

}  // namespace

void write_story(json::Writer& json, const Story& story) {
  json.member("fingerprint", story.fingerprint).member("branch", story.branch);
  json.member("state", story.flakiness.flaky() ? "flaky" : story.open > 0 ? "open" : "fixed");
  json.member("says", story.example.says);
  if (!story.example.test.empty()) json.member("test", story.example.test);
  json.key("first_seen");
  write_sighting(json, story.first);
  json.key("last_seen");
  write_sighting(json, story.last);
  json.member("seen_in_last", story.flakiness.seen).member("of_last", story.flakiness.of);
  json.member("suspects_known", story.suspects.known).member("suspects_complete", story.suspects.complete);
  json.key("suspects").array();
  for (const Commit& commit : story.suspects.commits)
    json.object().member("repository", commit.repository).member("revision", commit.revision).end_object();
  json.end_array().key("contrast").array();
  for (const Feature& feature : story.features)
    json.object().member("fact", feature.fact).member("text", feature.text).end_object();
  json.end_array().member("failing", story.failing).member("passing", story.passing);
  json.key("clients").array();
  for (const ClientPart& part : story.parts) {
    json.object().member("client", part.client.client.text()).member("open", part.open());
    json.key("first");
    write_sighting(json, part.first);
    json.key("last");
    write_sighting(json, part.last);
    if (part.good) json.member("last_without", part.good->key.execution.text());
    if (part.fixed_by) json.member("fixed_by", part.fixed_by->key.execution.text());
    json.end_object();
  }
  json.end_array();
}

std::string failure_json(const Story& story) {
  json::Writer json;
  json.object().member("version", 1).member("project", story.project.text());
  write_story(json, story);
  json.end_object();
  return json.text() + '\n';
}

std::string execution_json(const ExecutionRow& execution, const std::vector<Judgement>& judgements) {
  const Summary& summary = execution.summary;
  json::Writer json;
  json.object().member("version", 1).member("project", execution.key.owner.project.text());
  json.member("client", execution.key.owner.client.text())
      .member("execution", execution.key.execution.text());
  json.member("branch", summary.branch).member("started_at", iso_time(summary.started_at));
  json.member("result", state_word(summary.progress)).key("failures").array();
  for (const Judgement& judgement : judgements) {
    json.object().member("verdict", verdict_word(judgement.verdict));
    if (judgement.since) {
      json.key("since");
      write_sighting(json, *judgement.since);
    }
    write_story(json, judgement.story);
    json.end_object();
  }
  json.end_array().end_object();
  return json.text() + '\n';
}

}  // namespace testfarm

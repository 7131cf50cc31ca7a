#include "generator/pages/execution_facts.hpp"

#include "base/text.hpp"
#include "generator/html/wording.hpp"
#include "generator/site/forge.hpp"
#include "generator/site/paths.hpp"

namespace testfarm {

Nodes change_nodes(const ExecutionStarted& start, const ProjectConfig& project) {
  Nodes repositories;
  for (const Repository& repository : start.repositories) {
    const Forge forge = Forge::of(project, repository.name, repository.url);
    Nodes commits;
    for (const Change& change : repository.changes) {
      const auto end_of_title = change.message.find('\n');
      commits.push_back(Fields{{"revision", short_revision(change.revision)},
                               {"diff", forge.commit(change.revision)},
                               {"title", change.message.substr(0, end_of_title)},
                               {"author", change.author},
                               {"time", time_field(change.time * second_ms)}});
    }
    Fields fields{{"name", repository.name},
                  {"commits", std::move(commits)},
                  {"compare", forge.compare(repository.previous, repository.revision)},
                  {"host", forge.host()}};
    if (repository.changes_omitted > 0)
      fields["omitted"] = concat("and ", counted(repository.changes_omitted, "older change"));
    if (!repository.changes.empty() || repository.changes_omitted > 0)
      repositories.push_back(std::move(fields));
  }
  return repositories;
}

Nodes fact_nodes(const Summary& summary, const ProjectConfig& project, const std::string& up) {
  Nodes rows;
  for (const auto& repository : summary.repositories) {
    // Only of the first a commit has a page here.
    const bool first = &repository == &summary.repositories.front();
    rows.push_back(
        Fields{{"name", summary.repositories.size() == 1 ? std::string("Commit")
                                                         : concat("Commit of ", repository.name)},
               {"hash", short_revision(repository.revision)},
               {"link", first ? up + tested_commit_place(summary.branch, repository.revision) : ""},
               {"diff", Forge::of(project, repository.name, repository.url).commit(repository.revision)},
               {"value", concat(" on ", summary.branch)}});
  }
  rows.push_back(Fields{{"name", "Started"}, {"time", full_time_field(summary.started_at)}});
  if (summary.ended()) rows.push_back(Fields{{"name", "Took"}, {"value", duration_text(summary.duration)}});
  for (const auto& [name, value] : summary.facts) {
    rows.push_back(Fields{{"name", capitalised(name)}, {"value", value}});
  }
  return rows;
}

// The line of the source that the first error names, at the forge.
Node source_link(const Summary& summary, const ProjectConfig& project, const std::string& error) {
  if (summary.repositories.empty()) return false;
  const RepositorySummary& repository = summary.repositories.front();
  const Forge forge = Forge::of(project, repository.name, repository.url);
  const SourcePlace place = source_place(trim(error), repository.name);
  std::string link = forge.file(repository.revision, place.path, place.line);
  if (link.empty()) return false;
  return Fields{
      {"link", std::move(link)}, {"words", concat(place.path, ':', place.line)}, {"host", forge.host()}};
}

}  // namespace testfarm

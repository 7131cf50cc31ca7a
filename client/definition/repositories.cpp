#include "client/definition/repositories.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

// The first repository may have patterns: each branch and tag is tested for itself. The others stand at one
// branch.
void read_branches(ReadingContext::Reader& reader, const ReadingContext::Value& at, bool first,
                   RepositoryDefinition& repository) {
  const std::string branch = reader.text("branch");
  repository.branches = reader.text_or_texts("branches");
  repository.tags = reader.text_or_texts("tags");
  const bool patterns = !repository.branches.empty() || !repository.tags.empty();
  if (patterns && !branch.empty()) reader.problem(at, "either branch or branches and tags, not both");
  if (patterns && !first)
    reader.problem(at, "only the first repository may have branches and tags; this one wants branch");
  if (patterns && repository.vcs != Vcs::git)
    reader.problem(at, "branches and tags by pattern are for git repositories");
  if (!patterns)
    repository.branches = {branch.empty() ? (repository.vcs == Vcs::git ? "main" : "trunk") : branch};
}

// clean = "untracked", fresh = "every 50"
void read_upkeep(ReadingContext::Reader& reader, const ReadingContext::Value& at,
                 RepositoryDefinition& repository) {
  if (repository.vcs == Vcs::commands) return;
  if (reader.any("clean") != nullptr)
    repository.clean = static_cast<Clean>(reader.choice("clean", {"never", "untracked", "ignored"}, 1));
  const std::string fresh = reader.text("fresh", "never");
  if (fresh == "never") return;
  const auto count = to_unsigned(trim(std::string_view(fresh).substr(fresh.starts_with("every ") ? 6 : 0)));
  if (fresh.starts_with("every ") && count.value_or(0) > 0)
    repository.fresh = *count;
  else
    reader.problem(
        at, concat("fresh is \"never\" or \"every N\", N revisions: \"every 50\", not ", in_quotes(fresh)));
}

RepositoryDefinition read_repository(ReadingContext& context, const ReadingContext::Value& value, bool first,
                                     const Definition& definition) {
  ReadingContext::Reader reader = context.reader_of(value);
  RepositoryDefinition repository;
  repository.vcs = static_cast<Vcs>(reader.choice("vcs", {"git", "svn", "commands"}, 0));
  repository.name = reader.text("name", "source");
  repository.directory = definition.sandbox / reader.text("directory", repository.name);
  repository.home = definition.file.parent_path();
  repository.url =
      repository.vcs == Vcs::commands ? reader.text("url", repository.name) : reader.required_text("url");
  read_branches(reader, value, first, repository);
  repository.updates = static_cast<Updates>(reader.choice("updates", {"newest", "each", "merges"}, 0));
  repository.ignore = reader.text_or_texts("ignore");
  read_upkeep(reader, value, repository);
  repository.definition = reader.text("definition");
  const Path inside = Path(repository.definition).lexically_normal();
  if (!first && !repository.definition.empty())
    reader.problem(value, "only the first repository may have a definition");
  else if (inside.is_absolute() || (!inside.empty() && *inside.begin() == ".."))
    reader.problem(value, "definition is a path in the repository, like \"ci/testfarm.toml\"");
  if (repository.vcs == Vcs::git) {
    repository.partial = reader.flag("partial", false);
    repository.filters = reader.text_or_texts("filters");
    repository.submodules = reader.flag("submodules", true);
    repository.patience = std::max<Millis>(reader.duration("patience", 300), 1) * second_ms;
    repository.ssh_key = reader.text("ssh_key");
  } else if (repository.updates != Updates::newest || !repository.ignore.empty()) {
    reader.problem(value, "updates and ignore are for git repositories");
  }
  if (repository.vcs == Vcs::commands) {
    repository.remote = reader.required_text("remote");
    repository.current = reader.text("current");
    repository.update = reader.required_text("update");
  }
  if (!first && (repository.updates != Updates::newest || !repository.ignore.empty()))
    reader.problem(value, "updates and ignore are for the first repository");
  reader.done();
  return repository;
}

}  // namespace

void read_repositories(ReadingContext& context, ReadingContext::Reader& reader, Definition& definition) {
  for (const auto* value : reader.tables("repository")) {
    RepositoryDefinition repository =
        read_repository(context, *value, definition.repositories.empty(), definition);
    for (const auto& other : definition.repositories)
      if (other.name == repository.name)
        reader.problem(*value, concat("there is a repository ", in_quotes(repository.name),
                                      " already; give this one another name"));
    context.parameters()[repository.name] = repository.directory.string();
    definition.repositories.push_back(std::move(repository));
  }
  if (definition.repositories.empty()) reader.problem(context.root(), "there is no [[repository]] to watch");
  if (definition.repositories.size() > limits::repositories)
    reader.problem(context.root(), concat("there are more than ", limits::repositories, " repositories"));
}

}  // namespace testfarm

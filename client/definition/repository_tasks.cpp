#include "client/definition/repository_tasks.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/toml.hpp"
#include "client/definition/reading_context.hpp"
#include "client/definition/tasks.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_of_tasks = 256 << 10;

// A link in the repository could lead to any file of the owner, whose words would stand in messages.
Result<Path> file_within(const Path& directory, const std::string& name) {
  std::error_code failed;
  const Path root = std::filesystem::canonical(directory, failed);
  if (failed) return fail(ErrorKind::io, concat("there is no ", directory.string()));
  const Path file = std::filesystem::canonical(directory / name, failed);
  if (failed) return fail(ErrorKind::not_found, concat("this revision has no ", name));
  const bool inside = std::mismatch(root.begin(), root.end(), file.begin(), file.end()).first == root.end();
  if (!inside || !std::filesystem::is_regular_file(file, failed))
    return fail(ErrorKind::bad_input, concat(name, " is no file of the repository"));
  return file;
}

void refuse_others(const toml_file::Value& root, ReadingContext& context) {
  for (const auto& [key, value] : *root.as_table())
    if (key != "task" && key != "parameters")
      context.reader_of(root).problem(
          value, concat(key,
                        " is for the owner of a client to say; a repository's file may hold [[task]] and "
                        "[parameters]"));
}

}  // namespace

Result<std::vector<TaskDefinition>> read_tasks_in(const Path& file, const std::string& name,
                                                  const Definition& owner) {
  auto text = read_file(file, most_of_tasks);
  if (!text && text.error().kind == ErrorKind::too_large)
    return fail(ErrorKind::too_large, concat(name, " has more than ", most_of_tasks >> 10, " KiB"));
  if (!text) return fail(std::move(text).error());
  TRY_SET(const toml_file::Value root, toml_file::parse(*text, name));
  std::vector<std::string> problems;
  ReadingContext context(root, problems);
  refuse_others(root, context);
  context.parameters() = owner.parameters;
  ReadingContext::Reader reader = context.reader_of(root);
  if (const auto* parameters = reader.any("parameters"))
    add_parameters(
        *parameters, context.parameters(),
        [&](const toml_file::Value& at, const std::string& what) { reader.problem(at, what); }, Known::stay);
  Definition both = owner;
  both.left_out.clear();
  both.repositories.clear();  // nothing more is to come
  read_tasks(context, reader, owner.limits, both);
  if (problems.empty())
    return std::vector<TaskDefinition>(both.tasks.begin() + static_cast<std::ptrdiff_t>(owner.tasks.size()),
                                       both.tasks.end());
  std::string all;
  for (const std::string& problem : problems) all += (all.empty() ? "" : "\n") + problem;
  return fail(ErrorKind::bad_input, all);
}

Result<std::vector<TaskDefinition>> read_repository_tasks(const Definition& owner) {
  const RepositoryDefinition& repository = owner.repositories.front();
  TRY_SET(const Path file, file_within(repository.directory, repository.definition));
  return read_tasks_in(file, repository.definition, owner);
}

}  // namespace testfarm

#include "client/init_local.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "client/definition/combinations.hpp"
#include "client/definition/starting_tasks.hpp"
#include "client/definition/template.hpp"

namespace testfarm {
namespace {

// Of a checkout its .git, which is a file in a worktree or submodule (gitrepository-layout(5)); of a bare
// repository itself.
std::optional<Path> git_directory(const Path& root) {
  if (file_exists(root / "HEAD") && file_exists(root / "objects")) return root;
  const Path git = root / ".git";
  if (file_exists(git / "HEAD")) return git;
  const std::string text = read_file(git, 4096).value_or("");
  constexpr std::string_view key = "gitdir: ";
  if (!text.starts_with(key)) return std::nullopt;
  return root / std::string(trim(std::string_view(text).substr(key.size())));
}

std::string branch_of(const Path& git) {
  const std::string head(trim(read_file(git / "HEAD", 4096).value_or("")));
  constexpr std::string_view key = "ref: refs/heads/";
  return head.starts_with(key) ? head.substr(key.size()) : "main";
}

bool is_address(const std::string& text) {
  return text.find("://") != std::string::npos ||
         (text.find('@') != std::string::npos && text.find(':') != std::string::npos);
}

// A name for what is called like that; `otherwise` where nothing of it may stand in one.
template <typename Id>
Result<Id> id_of(const std::string& name, const char* otherwise) {
  constexpr std::size_t most = 64;
  if (auto id = Id::parse(slug_of(name).substr(0, most))) return id;
  return Id::parse(otherwise);
}

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return {};
  const std::string all = name.data();
  return all.substr(0, all.find('.'));
}

struct Found {
  std::string url, branch, name;
  StartingTasks tasks;
};

Result<Found> look_at(const std::string& repository) {
  if (is_address(repository))
    return Found{.url = repository,
                 .branch = "main",
                 .name = Path(repository).stem().string(),
                 .tasks = starting_tasks("/nowhere")};
  const Path start = std::filesystem::absolute(repository).lexically_normal();
  for (Path root = start.has_filename() ? start : start.parent_path();; root = root.parent_path()) {
    if (const auto git = git_directory(root))
      return Found{.url = root.string(),
                   .branch = branch_of(*git),
                   .name = root.filename().string(),
                   .tasks = starting_tasks(root)};
    if (root == root.root_path()) break;
  }
  return fail(ErrorKind::not_found, concat("there is no git repository at ", start.string(),
                                           "; name one: testfarm init --local DIRECTORY, or its address"));
}

}  // namespace

Status init_locally(const ClientContext& context, const std::string& repository) {
  const Path& file = context.definition_file;
  if (file_exists(file))
    return fail(ErrorKind::conflict,
                concat("there is a ", file.string(), " already; --config names another"));
  TRY_SET(const Found found, look_at(repository));
  TRY_SET(ProjectId project, id_of<ProjectId>(found.name, "project"));
  TRY_SET(ClientId client, id_of<ClientId>(host_name(), "here"));
  TRY(replace_file(file,
                   definition_template({.client = {std::move(project), std::move(client)},
                                        .server = "https://ci.example.org",
                                        .url = found.url,
                                        .branch = found.branch,
                                        .needs = found.tasks.needs,
                                        .tasks = found.tasks.tasks}),
                   Sync::yes));
  context.console.say(concat("wrote ", file.string(), " for ", found.url, ", branch ", found.branch));
  context.console.say(
      found.tasks.built_by.empty()
          ? "no file there tells how it is built: write its tasks, those are an example"
          : concat("its tasks are a guess: it looks like a project of ", found.tasks.built_by));
  const Path here = std::filesystem::absolute(file).lexically_normal().parent_path();
  const Path root = found.url;
  if (std::mismatch(root.begin(), root.end(), here.begin(), here.end()).first == root.end())
    context.console.say("this directory is in the checkout: git will see sandbox/ and .testfarm/ here");
  context.console.say(
      "next: look at it, then `testfarm run --local here`; what is not committed is not tested");
  return {};
}

}  // namespace testfarm

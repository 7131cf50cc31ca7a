#include "client/definition/read_definitions.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/toml.hpp"
#include "client/definition/matrix.hpp"
#include "client/definition/reader.hpp"
#include "client/definition/shared.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_bytes = 1 << 20;

// testfarm.toml → testfarm.local.toml: values of this machine, not for the repository.
Path local_file(const Path& file) {
  return file.parent_path() / concat(file.stem().string(), ".local", file.extension().string());
}

struct Root {
  toml_file::Value tree;
  std::vector<std::string> axes;  // of its [matrix], in the order of the file
};

Result<Root> read_root(const Path& file) {
  auto text = read_file(file, most_bytes);
  if (!text && text.error().kind == ErrorKind::not_found)
    return fail(ErrorKind::not_found, concat("there is no ", file.string(),
                                             "; `testfarm init` writes one, --config names another"));
  if (!text) return fail(std::move(text).error());
  TRY_SET(toml_file::Value root, toml_file::parse(*text, file.string()));
  std::vector<std::string> axes = axes_of(root);
  const Path local = local_file(file);
  TRY_SET(const auto local_text, read_file_if_there(local, most_bytes));
  if (!local_text) return Root{std::move(root), std::move(axes)};
  TRY_SET(const toml_file::Value over, toml_file::parse(*local_text, local.string()));
  return Root{toml_file::laid_over(root, over), std::move(axes)};
}

// The root itself, or the root with each [[variant]] laid over it.
std::vector<toml_file::Value> variants_of(toml_file::Value root) {
  auto& members = std::get<toml_file::Table>(root.data);
  const auto found = members.find("variant");
  if (found == members.end()) return {std::move(root)};
  const toml_file::Value variants = std::move(found->second);
  members.erase(found);
  std::vector<toml_file::Value> trees;
  if (const auto* list = variants.as_array())
    for (const auto& variant : *list) trees.push_back(toml_file::laid_over(root, variant));
  else
    trees.push_back(toml_file::laid_over(root, variants));
  return trees;
}

// The trees of a file, one a client.
struct Trees {
  std::vector<toml_file::Value> all;
  bool several = false;  // or a matrix that may have more tomorrow
};

Trees trees_of(Root root, std::vector<std::string>& problems) {
  Trees trees;
  for (auto& variant : variants_of(std::move(root.tree))) {
    const std::vector<std::string> axes = axes_of(variant);
    trees.several = trees.several || !axes.empty();
    for (auto& tree : expand_matrix(std::move(variant), root.axes.empty() ? axes : root.axes, problems))
      trees.all.push_back(std::move(tree));
  }
  trees.several = trees.several || trees.all.size() > 1;
  return trees;
}

// What a client's key, state and sandbox are called among those of its file.
std::string own_name(const toml_file::Value& tree, const std::vector<Definition>& before) {
  const auto text = [&](std::string_view key) {
    const auto found = tree.as_table()->find(key);
    const auto* value = found == tree.as_table()->end() ? nullptr : found->second.as_string();
    return value == nullptr ? std::string() : *value;
  };
  // Of several projects two may have a client of the same name; the first keeps it when others are added.
  const std::string client = text("client");
  const bool taken = std::any_of(before.begin(), before.end(), [&](const Definition& other) {
    return other.client.client.text() == client && other.client.project.text() != text("project");
  });
  return taken ? concat(text("project"), '-', client) : client;
}

}  // namespace

Result<std::vector<Definition>> read_definitions(const Path& file) {
  TRY_SET(Root root, read_root(file));
  const Path absolute = std::filesystem::absolute(file).lexically_normal();
  std::vector<std::string> problems;
  std::vector<Definition> definitions;
  const Trees trees = trees_of(std::move(root), problems);
  for (const auto& tree : trees.all) {
    const std::string own = trees.several ? own_name(tree, definitions) : "";
    auto definition = DefinitionReader(tree, absolute, own, problems).read();
    if (!definition) continue;
    for (const Definition& other : definitions)
      if (const std::string shared = what_they_share(other, *definition); !shared.empty())
        problems.push_back(concat(tree.place(), ": ", shared));
    definitions.push_back(*std::move(definition));
  }
  if (problems.empty()) return definitions;
  std::string all;
  std::vector<std::string> said;
  for (const auto& problem : problems) {
    // Variants share most of a file, and its mistakes.
    if (std::find(said.begin(), said.end(), problem) != said.end()) continue;
    said.push_back(problem);
    all += (all.empty() ? "" : "\n") + problem;
  }
  return fail(ErrorKind::bad_input, all);
}

}  // namespace testfarm

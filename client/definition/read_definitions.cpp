#include "client/definition/read_definitions.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/toml.hpp"
#include "client/definition/reader.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_bytes = 1 << 20;

// testfarm.toml → testfarm.local.toml: values of this machine, not for the repository.
Path local_file(const Path& file) {
  return file.parent_path() / concat(file.stem().string(), ".local", file.extension().string());
}

Result<toml_file::Value> read_root(const Path& file) {
  auto text = read_file(file, most_bytes);
  if (!text && text.error().kind == ErrorKind::not_found)
    return fail(ErrorKind::not_found, concat("there is no ", file.string(),
                                             "; `testfarm init` writes one, --config names another"));
  if (!text) return fail(std::move(text).error());
  TRY_SET(const toml_file::Value root, toml_file::parse(*text, file.string()));
  const Path local = local_file(file);
  TRY_SET(const auto local_text, read_file_if_there(local, most_bytes));
  if (!local_text) return root;
  TRY_SET(const toml_file::Value over, toml_file::parse(*local_text, local.string()));
  return toml_file::laid_over(root, over);
}

// One tree a client: the root itself, or the root with each [[variant]] laid over it.
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

}  // namespace

Result<std::vector<Definition>> read_definitions(const Path& file) {
  TRY_SET(toml_file::Value root, read_root(file));
  const Path absolute = std::filesystem::absolute(file).lexically_normal();
  std::vector<std::string> problems;
  std::vector<Definition> definitions;
  const auto trees = variants_of(std::move(root));
  for (const auto& tree : trees) {
    auto definition = DefinitionReader(tree, absolute, trees.size() > 1, problems).read();
    if (!definition) continue;
    for (const Definition& other : definitions)
      if (other.client == definition->client)
        problems.push_back(concat(tree.place(), ": there is a client ", in_quotes(other.client.client.text()),
                                  " already; give each [[variant]] a client of its own"));
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

#include "store/start_definition.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "base/toml.hpp"

namespace testfarm {

Result<std::string> read_start_definition(const Layout& layout, const ProjectId& project) {
  constexpr std::size_t most = 64 << 10;
  const Path path = layout.start_toml(project);
  auto text = read_file_if_there(path, most);
  if (!text && text.error().kind == ErrorKind::too_large)
    return fail(ErrorKind::bad_input, concat(path.string(), ": more than ", most >> 10, " KiB"));
  if (!text) return fail(std::move(text).error());
  if (!*text) return std::string();
  TRY_SET(const toml_file::Value root, toml_file::parse(**text, path.string()));
  std::string problems;
  for (const char* name : {"project", "client", "server", "key"})
    if (const auto found = root.as_table()->find(name); found != root.as_table()->end())
      problems += concat(problems.empty() ? "" : "\n", found->second.place(), ": ", name,
                         " is each volunteer's own; testfarm init writes it");
  if (!problems.empty()) return fail(ErrorKind::bad_input, problems);
  return **std::move(text);
}

}  // namespace testfarm

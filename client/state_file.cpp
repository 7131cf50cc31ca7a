#include "client/state_file.hpp"

#include "base/json.hpp"

namespace testfarm {

RememberedState read_state(const Path& directory) {
  RememberedState state;
  const auto text = read_file(directory / "state.json", 1 << 20);
  const auto document = text ? json::Document::parse(*text) : tl::unexpected<Error>(text.error());
  if (!document) return state;
  state.counter = static_cast<std::uint64_t>(document->root().integer("counter"));
  if (const auto tested = document->root().find("tested"))
    tested->each_member([&](std::string_view branch, json::View repositories) {
      repositories.each_member([&](std::string_view name, json::View revision) {
        state.tested[std::string(branch)][std::string(name)] = revision.as_string().value_or("");
      });
    });
  return state;
}

Status write_state(const Path& directory, const RememberedState& state) {
  json::Writer writer;
  writer.object().member("counter", state.counter).key("tested").object();
  for (const auto& [branch, repositories] : state.tested) {
    writer.key(branch).object();
    for (const auto& [name, revision] : repositories) writer.member(name, revision);
    writer.end_object();
  }
  writer.end_object().end_object();
  return replace_file(directory / "state.json", writer.text() + '\n', Sync::yes);
}

}  // namespace testfarm

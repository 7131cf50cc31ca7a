#include "client/state_file.hpp"

#include "base/json.hpp"

namespace testfarm {
namespace {

std::optional<json::Document> document_at(const Path& path) {
  const auto text = read_file(path, 1 << 24);
  auto document = text ? json::Document::parse(*text) : tl::unexpected<Error>(text.error());
  if (!document) return std::nullopt;
  return *std::move(document);
}

template <typename Use>
void each(const json::View& root, std::string_view key, const Use& use) {
  if (const auto members = root.find(key))
    members->each_member([&](std::string_view name, json::View value) { use(std::string(name), value); });
}

template <typename Map>
void write_map(json::Writer& writer, std::string_view key, const Map& map) {
  writer.key(key).object();
  for (const auto& [name, value] : map) writer.member(name, value);
  writer.end_object();
}

}  // namespace

RememberedState read_state(const Path& directory) {
  RememberedState state;
  const auto document = document_at(directory / "state.json");
  if (!document) return state;
  const json::View root = document->root();
  each(root, "tested", [&](const std::string& branch, const json::View& repositories) {
    repositories.each_member([&](std::string_view name, json::View revision) {
      state.tested[branch][std::string(name)] = revision.as_string().value_or("");
    });
  });
  state.definition = root.text("definition");
  state.watches_tags = root.integer("watches_tags") != 0;
  each(root, "ran", [&](const std::string& branch, const json::View& at) {
    state.ran[branch] = at.as_integer().value_or(0);
  });
  each(root, "results", [&](const std::string& branch, const json::View& result) {
    state.results[branch] = result.as_string().value_or("");
  });
  each(root, "durations", [&](const std::string& task, const json::View& duration) {
    state.durations[task] = duration.as_integer().value_or(0);
  });
  each(root, "gone", [&](const std::string& branch, const json::View&) { state.gone.push_back(branch); });
  each(root, "trouble", [&](const std::string& branch, const json::View& told) {
    state.trouble[branch] = {told.text("what"), told.integer("at")};
  });
  return state;
}

Status write_state(const Path& directory, const RememberedState& state) {
  json::Writer writer;
  writer.object().member("watches_tags", state.watches_tags ? 1 : 0).member("definition", state.definition);
  writer.key("tested").object();
  for (const auto& [branch, repositories] : state.tested) write_map(writer, branch, repositories);
  writer.end_object();
  write_map(writer, "ran", state.ran);
  write_map(writer, "results", state.results);
  write_map(writer, "durations", state.durations);
  writer.key("gone").object();
  for (const std::string& branch : state.gone) writer.member(branch, 1);
  writer.end_object();
  writer.key("trouble").object();
  for (const auto& [branch, told] : state.trouble)
    writer.key(branch).object().member("what", told.what).member("at", told.at).end_object();
  writer.end_object().end_object();
  return replace_file(directory / "state.json", writer.text() + '\n', Sync::yes);
}

Control read_control(const Path& directory) {
  Control control;
  const auto document = document_at(directory / "control.json");
  if (!document) return control;
  control.paused = document->root().integer("paused") != 0;
  control.away_until = document->root().integer("away_until");
  return control;
}

Status write_control(const Path& directory, const Control& control) {
  json::Writer writer;
  writer.object()
      .member("paused", control.paused ? 1 : 0)
      .member("away_until", control.away_until)
      .end_object();
  return replace_file(directory / "control.json", writer.text() + '\n', Sync::yes);
}

}  // namespace testfarm

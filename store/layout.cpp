#include "store/layout.hpp"

#include "base/text.hpp"

namespace testfarm {
namespace {
template <typename Id>
std::optional<Id> id_or_nothing(std::string_view text) {
  auto id = Id::parse(text);
  return id ? std::optional(*std::move(id)) : std::nullopt;
}
}  // namespace

Result<Layout> Layout::of_farm(Path root) {
  Layout layout(std::move(root));
  TRY(layout.look_at_names());
  return layout;
}

Result<bool> Layout::look_at_names() const {
  TRY_SET(const auto facts, facts_at(names_file()));
  if (unchanged(called_->facts, facts)) return false;
  TRY_SET(const auto text, read_file_if_there(names_file(), most_of_names));
  called_->names = FarmNames::parse(text.value_or(""));
  called_->facts = facts;
  return true;
}

std::optional<MarkerName> MarkerName::parse(std::string_view name) {
  const auto parts = split(name, ',');
  auto project = id_or_nothing<ProjectId>(parts[0]);
  if (!project || parts.size() > 3) return std::nullopt;
  MarkerName marker{*std::move(project), std::nullopt, std::nullopt};
  if (parts.size() > 1 && !(marker.client = id_or_nothing<ClientId>(parts[1]))) return std::nullopt;
  if (parts.size() > 2 && !(marker.execution = id_or_nothing<ExecutionId>(parts[2]))) return std::nullopt;
  return marker;
}

std::optional<ExecutionId> execution_of_log(std::string_view file_name) {
  if (file_name.ends_with(".gz")) file_name.remove_suffix(3);
  if (!file_name.ends_with(".jsonl")) return std::nullopt;
  file_name.remove_suffix(6);
  return id_or_nothing<ExecutionId>(file_name);
}

}  // namespace testfarm

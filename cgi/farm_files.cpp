#include "cgi/farm_files.hpp"

#include <functional>

namespace testfarm {
namespace {

constexpr std::size_t most_remembered = 200;  // clients, projects

template <typename Value>
Result<const Value*> refreshed(FromFile<Value>& kept, const std::optional<FileFacts>& facts,
                               const std::function<Result<Value>()>& read) {
  if (!kept.is_of(facts)) {
    auto value = read();
    if (!value) return fail(ErrorKind::internal, value.error().context);
    kept = {facts, *std::move(value)};
  }
  return &*kept.value;
}

template <typename Value>
Result<const Value*> refreshed(FromFile<Value>& kept, const Path& path,
                               const std::function<Result<Value>()>& read) {
  const auto facts = facts_at(path);
  if (!facts) return fail(ErrorKind::internal, facts.error().context);
  return refreshed(kept, *facts, read);
}

}  // namespace

FarmFiles::OfClient& FarmFiles::of(const ClientKey& client) {
  if (clients_.size() >= most_remembered && !clients_.contains(client)) clients_.clear();
  return clients_[client];
}

Status FarmFiles::refresh() {
  const auto facts = facts_at(layout_.farm_toml());
  if (!facts) return fail(ErrorKind::internal, facts.error().context);
  if (config_.is_of(*facts)) return {};
  auto config = read_farm_config(layout_);
  if (!config) return fail(ErrorKind::internal, config.error().context);
  config_ = {*facts, *std::move(config)};
  clients_.clear();  // what clients may is made from the farm's limits
  return {};
}

const ClientRegister& FarmFiles::register_at_hand(const ClientKey& client) const {
  static const ClientRegister nobody;
  const auto known = clients_.find(client);
  return known == clients_.end() || !known->second.known.value ? nobody : *known->second.known.value;
}

Result<const ClientRegister*> FarmFiles::register_of(const ClientKey& client) {
  static const ClientRegister nobody;
  const auto facts = facts_at(layout_.client_log(client));
  if (!facts) return fail(ErrorKind::internal, facts.error().context);
  if (!*facts) return &nobody;
  return refreshed<ClientRegister>(of(client).known, *facts,
                                   [&] { return read_client_register(layout_, client); });
}

Result<Limits> FarmFiles::limits_of(const ClientKey& client) {
  TRY_SET(const ClientConfig* of_client,
          refreshed<ClientConfig>(of(client).config, layout_.client_toml(client),
                                  [&] { return read_client_config(layout_, client, config().limits); }));
  return of_client->limits;
}

Result<bool> FarmFiles::takes_tokens(const ProjectId& project) {
  if (projects_.size() >= most_remembered && !projects_.contains(project)) projects_.clear();
  TRY_SET(const ProjectConfig* config,
          refreshed<ProjectConfig>(projects_[project], layout_.project_toml(project),
                                   [&] { return read_project_config(layout_, project); }));
  return config->tokens;
}

}  // namespace testfarm

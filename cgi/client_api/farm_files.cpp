#include "cgi/client_api/farm_files.hpp"

#include <functional>

#include "store/last_good.hpp"

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
  OfClient& known = clients_[client];
  if (known.log.empty()) {
    known.log = layout_.client_log(client);
    known.toml = layout_.client_toml(client);
  }
  return known;
}

bool FarmFiles::is_fresh(Millis seen) const {
  const Millis now = clock_.boot_time();
  return seen > 0 && now >= seen && now - seen < second_ms;
}

const FarmIdentity* FarmFiles::identity() {
  const auto read = refreshed<std::optional<FarmIdentity>>(identity_, layout_.identity(),
                                                           [&] { return read_identity(layout_); });
  return read && **read ? &***read : nullptr;
}

Status FarmFiles::refresh() {
  signed_for_.clear();
  if (config_.value && is_fresh(config_seen_)) return {};
  TRY(look_at_names());
  const auto facts = facts_at(farm_toml_);
  if (!facts) return fail(ErrorKind::internal, facts.error().context);
  config_seen_ = clock_.boot_time();
  if (config_.is_of(*facts)) return {};
  config_.value.reset();
  auto read = farm_config_at_hand(layout_);
  if (!read) return fail(ErrorKind::internal, read.error().context);
  config_ = {*facts, std::move(read->config)};
  clients_.clear();  // what clients may is made from the farm's limits
  return {};
}

Result<bool> FarmFiles::look_at_names() {
  const auto changed = layout_.look_at_names();
  if (!changed) return fail(ErrorKind::internal, changed.error().context);
  if (*changed) {
    clients_.clear();
    projects_.clear();
  }
  return *changed;
}

bool FarmFiles::changed_just_now() {
  if (const auto renamed = look_at_names(); renamed && *renamed) return true;
  const auto facts = facts_at(farm_toml_);
  if (!facts || config_.is_of(*facts)) return false;
  auto read = farm_config_at_hand(layout_);
  if (!read) return false;  // what counted goes on counting until the next request
  config_ = {*facts, std::move(read->config)};
  clients_.clear();
  return true;
}

const ClientRegister& FarmFiles::register_at_hand(const ClientKey& client) const {
  static const ClientRegister nobody;
  const auto known = clients_.find(client);
  return known == clients_.end() || !known->second.known.value ? nobody : *known->second.known.value;
}

Result<const ClientRegister*> FarmFiles::register_of(const ClientKey& client) {
  static const ClientRegister nobody;
  // Strangers make no entry: only who has a register is remembered.
  const auto known = clients_.find(client);
  const auto facts = facts_at(known == clients_.end() ? layout_.client_log(client) : known->second.log);
  if (!facts) return fail(ErrorKind::internal, facts.error().context);
  if (!*facts) return &nobody;
  return refreshed<ClientRegister>(of(client).known, *facts,
                                   [&] { return read_client_register(layout_, client); });
}

Result<Limits> FarmFiles::limits_of(const ClientKey& client) {
  OfClient& known = of(client);
  if (known.config.value && is_fresh(known.config_seen)) return known.config.value->limits;
  known.config_seen = clock_.boot_time();
  TRY_SET(const ClientConfig* of_client, refreshed<ClientConfig>(known.config, known.toml, [&] {
            known.config.value.reset();
            return client_config_at_hand(layout_, client, config().limits);
          }));
  return of_client->limits;
}

Result<bool> FarmFiles::takes_tokens(const ProjectId& project) {
  if (projects_.size() >= most_remembered && !projects_.contains(project)) projects_.clear();
  TRY_SET(const ProjectConfig* config,
          refreshed<ProjectConfig>(projects_[project], layout_.project_toml(project),
                                   [&] { return project_config_at_hand(layout_, project); }));
  return config->tokens;
}

}  // namespace testfarm

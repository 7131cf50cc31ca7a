#include "admin/rename.hpp"

#include <ostream>

#include "admin/not_there.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "store/farm_config.hpp"
#include "store/index/index.hpp"
#include "store/last_good.hpp"
#include "store/rename.hpp"

namespace testfarm {
namespace {

std::string text_of(const ProjectId& project) { return project.text(); }
std::string text_of(const ClientKey& client) { return name_of(client); }

template <typename Key>
std::string once(const Layout& layout, const Key& key) {
  std::string words;
  for (const auto& name : layout.names().former(key))
    words += concat(words.empty() ? ", once " : ", ", text_of(name.key));
  return words;
}

struct HeldFarm {
  LockFile lock;
  FarmConfig config;
};

Result<HeldFarm> hold_farm(const Layout& layout) {
  TRY_SET(FarmConfigAtHand farm, farm_config_at_hand(layout));
  TRY_SET(LockFile lock, LockFile::take(layout.generate_lock(), 30 * second_ms));
  return HeldFarm{std::move(lock), std::move(farm.config)};
}

// Also who is not there just now has a name: on a mount that is away, or removed and to be restored.
Status nobody_has(const Layout& layout, const FarmConfig& farm, const ProjectId& project,
                  const ProjectId& name) {
  const auto taken = [&](const std::string& what) {
    return fail(ErrorKind::conflict, concat(what, "; choose another name"));
  };
  const FarmNames& names = layout.names();
  for (const ClientKey& known : Index::known_before(layout))
    if (known.project == name && names.now(project) != name)
      return taken(
          concat("there was a project ", name.text(), " at the last look, whose directory may be back"));
  TRY_SET(const auto removed, list_directory(layout.removed()));
  for (const auto& one : removed)
    if (one.starts_with(name.text() + '.') && names.directory(name) != names.directory(project))
      return taken(concat("a project ", name.text(), " was removed and may be restored"));
  const Path pages = farm.site / name.text();
  if (file_exists(pages) && names.directory(name) != names.directory(project))
    return taken(concat(pages.string(), " is there already, and no page of this project"));
  return {};
}

Status nobody_has(const Layout& layout, const ClientKey& client, const ClientId& name) {
  const FarmNames& names = layout.names();
  const ClientKey wanted = names.directory(ClientKey{client.project, name});
  if (wanted == names.directory(client)) return {};
  for (const ClientKey& known : Index::known_before(layout))
    if (names.directory(known) == wanted)
      return fail(ErrorKind::conflict, concat("there was a client ", name_of(known),
                                              " at the last look, whose directory may be back; choose "
                                              "another name"));
  return {};
}

constexpr const char* what_follows =
    ". Logs and keys stay where they are. The next testfarm-generate writes its pages anew, with a link to "
    "them at each old address.\n";

}  // namespace

Status rename_project(const Layout& layout, const ProjectId& called, const ProjectId& name,
                      const Clock& clock, std::ostream& out) {
  TRY_SET(const HeldFarm farm, hold_farm(layout));
  if (!file_exists(layout.project(called))) return fail(no_project(layout, called));
  TRY(nobody_has(layout, farm.config, called, name));
  TRY(rename_project(layout, called, name, clock.now()));
  out << called.text() << " is called " << name.text() << " now" << what_follows
      << "Its clients go on as they are.\n";
  TRY_SET(const ProjectConfig config, project_config_at_hand(layout, name));
  if (config.title == called.text())
    out << "Its title on the pages is still " << in_quotes(config.title) << ": change it in "
        << layout.project_toml(name).string() << '\n';
  return {};
}

Status rename_client(const Layout& layout, const ClientKey& called, const ClientId& name, const Clock& clock,
                     std::ostream& out) {
  TRY_SET(const HeldFarm farm, hold_farm(layout));
  if (!file_exists(layout.client_log(called))) return fail(no_client(layout, called));
  TRY(nobody_has(layout, called, name));
  TRY(rename_client(layout, called, name, clock.now()));
  out << text_of(called) << " is called " << text_of(ClientKey{called.project, name}) << " now"
      << what_follows
      << "The client goes on as it is and hears of the name with its next heartbeat; its owner "
         "need not change anything.\n";
  return {};
}

std::string once_called(const Layout& layout, const ProjectId& project) { return once(layout, project); }
std::string once_called(const Layout& layout, const ClientKey& client) { return once(layout, client); }

}  // namespace testfarm

#include "admin/rename.hpp"

#include <ostream>

#include "admin/not_there.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "store/farm_config.hpp"
#include "store/last_good.hpp"
#include "store/rename.hpp"

namespace testfarm {
namespace {

std::string text_of(const ProjectId& project) { return project.text(); }
std::string text_of(const ClientKey& client) {
  return concat(client.project.text(), '/', client.client.text());
}

template <typename Key>
std::string once(const Layout& layout, const Key& key) {
  std::string words;
  for (const auto& name : layout.names().former(key))
    words += concat(words.empty() ? ", once " : ", ", text_of(name.key));
  return words;
}

Result<LockFile> hold_farm(const Layout& layout) {
  TRY(farm_config_at_hand(layout));
  return LockFile::take(layout.generate_lock(), 30 * second_ms);
}

constexpr const char* what_follows =
    ". Logs and keys stay where they are. The next testfarm-generate writes its pages anew, with a link to "
    "them at each old address.\n";

}  // namespace

Status rename_project(const Layout& layout, const ProjectId& called, const ProjectId& name,
                      const Clock& clock, std::ostream& out) {
  TRY_SET(const LockFile lock, hold_farm(layout));
  if (!file_exists(layout.project(called))) return fail(no_project(layout, called));
  TRY(rename_project(layout, called, name, clock.now()));
  out << called.text() << " is called " << name.text() << " now" << what_follows
      << "Its clients go on as they are and learn the name by themselves.\n";
  TRY_SET(const ProjectConfig config, project_config_at_hand(layout, name));
  if (config.title == called.text())
    out << "Its title on the pages is still " << in_quotes(config.title) << ": change it in "
        << layout.project_toml(name).string() << '\n';
  return {};
}

Status rename_client(const Layout& layout, const ClientKey& called, const ClientId& name, const Clock& clock,
                     std::ostream& out) {
  TRY_SET(const LockFile lock, hold_farm(layout));
  if (!file_exists(layout.client_log(called))) return fail(no_client(layout, called));
  TRY(rename_client(layout, called, name, clock.now()));
  out << text_of(called) << " is called " << text_of(ClientKey{called.project, name}) << " now"
      << what_follows
      << "The client goes on as it is and learns the name with its next heartbeat; its owner need not change "
         "anything.\n";
  return {};
}

std::string once_called(const Layout& layout, const ProjectId& project) { return once(layout, project); }
std::string once_called(const Layout& layout, const ClientKey& client) { return once(layout, client); }

}  // namespace testfarm

#include "store/retired.hpp"

#include <functional>
#include <string_view>

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "store/line_log.hpp"
#include "store/log/marker.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_of_retired = 1 << 22;  // bytes

template <typename Key>
Millis since(const std::map<Key, Millis>& all, const Key& key, Millis newest) {
  const auto found = all.find(key);
  return found == all.end() || newest > found->second ? 0 : found->second;
}

using Called = std::function<ClientId(const ClientId&)>;

void apply_line(Retired& retired, const json::View& line, const Called& called) {
  const std::string type = line.text("type");
  const Millis at = line.integer("at");
  if (type.starts_with("client_")) {
    const auto client = ClientId::parse(line.text("client"));
    if (!client) return;
    if (type == "client_retired") retired.clients[called(*client)] = at;
    if (type == "client_back") retired.clients[called(*client)] = 0;
  } else if (type == "branch_retired") {
    retired.branches[line.text("branch")] = at;
  } else if (type == "branch_back") {
    retired.branches[line.text("branch")] = 0;
  }
}

Retired parse(std::string_view text, const Called& called) {
  Retired retired;
  for (const std::string_view line : split_lines(text))
    if (const auto document = json::Document::parse(line)) apply_line(retired, document->root(), called);
  return retired;
}

// Every client's page names its branches and tells who else is counted.
Status mark_pages(const Layout& layout, const ProjectId& project) {
  TRY_SET(const auto names, list_directory(layout.clients(project)));
  for (const auto& name : names)
    if (const auto client = ClientId::parse(name))
      if (const ClientKey key{project, *client}; file_exists(layout.client_log(key)))
        TRY(put_marker(layout, layout.marker(key)));
  TRY(put_marker(layout, layout.marker(project)));
  return {};
}

// Lines tell of a client by the name that it had then.
Called names_in(const Layout& layout, const ProjectId& project) {
  return [names = layout.names(), project](const ClientId& client) {
    return names.now(ClientKey{project, client}).client;
  };
}

Result<bool> append(const Layout& layout, const ProjectId& project, const char* member,
                    const std::string& name, bool back, Millis now) {
  const Path path = layout.retired(project);
  const bool fresh = !file_exists(path);
  TRY_SET(const Fd file, open_file(path, Open::append_create));
  TRY(lock_file(file, 2 * second_ms, path));
  TRY_SET(const std::string text, read_at(file, 0, most_of_retired, path));
  const Retired known = parse(text, names_in(layout, project));
  const bool branch = std::string_view(member) == "branch";
  const auto client = ClientId::parse(name);
  const bool is = branch ? known.branches.contains(name) && known.branches.at(name) > 0
                         : client && known.clients.contains(*client) && known.clients.at(*client) > 0;
  if (back && !is) return false;
  json::Writer line;
  line.object().member("type", concat(member, back ? "_back" : "_retired")).member("at", now);
  line.member(member, name).end_object();
  TRY(append_lines(file, path, text, line.text() + '\n'));
  if (fresh) TRY(sync_directory(layout.project(project)));
  TRY(mark_pages(layout, project));
  return true;
}

}  // namespace

Millis Retired::client_since(const ClientId& client, Millis newest) const {
  return since(clients, client, newest);
}

Millis Retired::branch_since(const std::string& branch, Millis newest) const {
  return since(branches, branch, newest);
}

Result<Retired> read_retired(const Layout& layout, const ProjectId& project) {
  TRY_SET(const auto text, read_file_if_there(layout.retired(project), most_of_retired));
  return parse(text.value_or(""), names_in(layout, project));
}

Result<bool> retire_client(const Layout& layout, const ClientKey& client, bool back, Millis now) {
  return append(layout, client.project, "client", client.client.text(), back, now);
}

Result<bool> retire_branch(const Layout& layout, const ProjectId& project, const std::string& branch,
                           bool back, Millis now) {
  return append(layout, project, "branch", branch, back, now);
}

}  // namespace testfarm

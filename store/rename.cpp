#include "store/rename.hpp"

#include <functional>

#include "base/json.hpp"
#include "base/text.hpp"
#include "store/line_log.hpp"
#include "store/log/marker.hpp"

namespace testfarm {
namespace {

// With the log locked, and read as it is now.
Status append(const Layout& layout, const std::function<Result<std::string>()>& line) {
  const Path path = layout.names_file();
  TRY_SET(const Fd file, hold_names(layout));
  TRY_SET(const std::string text, read_at(file, 0, most_of_names, path));
  TRY_SET(const std::string renamed, line());
  if (text.size() + renamed.size() >= most_of_names)
    return fail(ErrorKind::too_large, concat(path.string(), " has no room for another name"));
  TRY(append_lines(file, path, text, renamed));
  TRY(layout.look_at_names());
  return {};
}

std::string line_of(const ProjectId& project, const ClientId* client, const std::string& name, Millis now) {
  json::Writer line;
  line.object().member("type", "renamed").member("at", now).member("project", project.text());
  if (client != nullptr) line.member("client", client->text());
  line.member("name", name).end_object();
  return line.text() + '\n';
}

Error taken(const char* what, const std::string& name, const std::string& now) {
  if (name == now)
    return {ErrorKind::conflict, concat("there is a ", what, ' ', name, " already; choose another name")};
  return {ErrorKind::conflict, concat(name, " was a name of the ", what, ' ', now,
                                      ", and its addresses lead there; choose another")};
}

}  // namespace

Result<Fd> hold_names(const Layout& layout) {
  const Path path = layout.names_file();
  const bool fresh = !file_exists(path);
  TRY_SET(Fd file, open_file(path, Open::append_create));
  TRY(lock_file(file, 2 * second_ms, path));
  if (fresh) TRY(sync_directory(layout.root()));
  TRY(layout.look_at_names());
  return file;
}

Status rename_project(const Layout& layout, const ProjectId& called, const ProjectId& name, Millis now) {
  TRY(append(layout, [&]() -> Result<std::string> {
    const FarmNames& names = layout.names();
    const ProjectId directory = names.directory(called), other = names.directory(name);
    if (names.now(called) == name)
      return fail(ErrorKind::bad_input, concat("the project is called ", name.text(), " already"));
    if (other != directory && (other != name || file_exists(layout.project(name))))
      return fail(taken("project", name.text(), names.now(name).text()));
    return line_of(directory, nullptr, name.text(), now);
  }));
  TRY(put_marker(layout, layout.marker(name)));
  return {};
}

Status rename_client(const Layout& layout, const ClientKey& called, const ClientId& name, Millis now) {
  const ClientKey wanted{called.project, name};
  TRY(append(layout, [&]() -> Result<std::string> {
    const FarmNames& names = layout.names();
    const ClientKey directory = names.directory(called), other = names.directory(wanted);
    TRY(may_name_a_client(name));
    if (names.now(called).client == name)
      return fail(ErrorKind::bad_input, concat("the client is called ", name.text(), " already"));
    if (other != directory && (other.client != name || file_exists(layout.client(wanted))))
      return fail(taken("client", name.text(), names.now(wanted).client.text()));
    return line_of(directory.project, &directory.client, name.text(), now);
  }));
  TRY(put_marker(layout, layout.marker(layout.names().now(called.project))));
  return {};
}

}  // namespace testfarm

#include "store/last_good.hpp"

#include <functional>

#include "base/file.hpp"
#include "base/text.hpp"
#include "store/log/marker.hpp"
#include "store/start_definition.hpp"

namespace testfarm {
namespace {

Layout copies_of(const Layout& layout) { return Layout(layout.last_good(), layout); }

template <typename Config>
Result<Config> at_hand(Result<Config> now, const std::function<Result<Config>()>& copy,
                       const std::function<Config()>& otherwise) {
  if (now || now.error().kind != ErrorKind::bad_input) return now;
  auto last = copy();
  return last ? *std::move(last) : otherwise();
}

// Where a file of people is, where its copy goes, and how it is read.
struct Watched {
  Path file, copy;
  Path marker;  // of what its pages are about; empty for the farm, whose design the generator watches
  std::function<Status()> read;
  bool may_come_later = false;  // then its coming is news
};

template <typename Config>
Status status_of(const Result<Config>& read) {
  return read ? Status{} : Status(fail(read.error()));
}

Result<std::vector<Watched>> watched_files(const Layout& layout) {
  const Layout copies = copies_of(layout);
  std::vector<Watched> all{
      {.file = layout.farm_toml(), .copy = copies.farm_toml(), .marker = {}, .read = [=] {
         return status_of(read_farm_config(layout));
       }}};
  TRY_SET(const auto projects, list_directory(layout.projects()));
  for (const auto& project : projects) {
    const auto id = ProjectId::parse(project);
    if (!id) continue;
    all.push_back({.file = layout.project_toml(*id),
                   .copy = copies.project_toml(*id),
                   .marker = layout.marker(*id),
                   .read = [=] { return status_of(read_project_config(layout, *id)); }});
    all.push_back({.file = layout.start_toml(*id),
                   .copy = copies.start_toml(*id),
                   .marker = layout.marker(*id),
                   .read = [=] { return status_of(read_start_definition(layout, *id)); },
                   .may_come_later = true});
    TRY_SET(const auto clients, list_directory(layout.clients(*id)));
    for (const auto& name : clients) {
      const auto client = ClientId::parse(name);
      if (!client) continue;
      const ClientKey key{*id, *client};
      all.push_back({.file = layout.client_toml(key),
                     .copy = copies.client_toml(key),
                     .marker = layout.marker(key),
                     .read = [=] { return status_of(read_client_config(layout, key)); }});
    }
  }
  return all;
}

Status keep_copy(const Watched& one) {
  TRY_SET(const std::string text, read_file(one.file, 1 << 20));
  TRY(make_directories(one.copy.parent_path()));
  return replace_file(one.copy, text, Sync::no, Access::owner);
}

Path said_of(const Watched& one) { return one.copy.string() + ".said"; }

// Whether somebody has to be told; who asks tells.
Result<bool> tell_today(const Watched& one, const FileFacts& file, Millis now) {
  const Path said = said_of(one);
  TRY_SET(const auto before, facts_at(said));
  if (before && before->modified >= now / day_ms * day_ms && before->modified >= file.modified) return false;
  TRY(make_directories(said.parent_path()));
  TRY(replace_file(said, "", Sync::no, Access::owner));
  return true;
}

}  // namespace

Result<FarmConfigAtHand> farm_config_at_hand(const Layout& layout) {
  auto now = read_farm_config(layout);
  if (now) return FarmConfigAtHand{*std::move(now), layout.farm_toml(), {}};
  if (now.error().kind != ErrorKind::bad_input) return fail(std::move(now).error());
  const Layout copies = copies_of(layout);
  auto last = read_farm_config(copies);
  if (!last) return fail(std::move(now).error());
  const Path inside = last->site.lexically_relative(copies.root());
  if (!inside.empty() && *inside.begin() != "..") last->site = layout.root() / inside;
  return FarmConfigAtHand{*std::move(last), copies.farm_toml(), now.error().context};
}

Result<ProjectConfig> project_config_at_hand(const Layout& layout, const ProjectId& id) {
  return at_hand<ProjectConfig>(
      read_project_config(layout, id), [&] { return read_project_config(copies_of(layout), id); },
      [&] {
        ProjectConfig plain;
        plain.title = id.text();
        return plain;
      });
}

Result<std::string> start_definition_at_hand(const Layout& layout, const ProjectId& id) {
  return at_hand<std::string>(
      read_start_definition(layout, id), [&] { return read_start_definition(copies_of(layout), id); },
      [] { return std::string(); });
}

Result<ClientConfig> client_config_at_hand(const Layout& layout, const ClientKey& key, const Limits& farm) {
  return at_hand<ClientConfig>(
      read_client_config(layout, key, farm), [&] { return read_client_config(copies_of(layout), key, farm); },
      [&] { return ClientConfig{.title = key.client.text(), .description = {}, .limits = farm}; });
}

Result<std::vector<Slip>> find_slips(const Layout& layout) {
  TRY_SET(const auto files, watched_files(layout));
  std::vector<Slip> slips;
  for (const Watched& one : files) {
    const Status read = one.read();
    if (!read && read.error().kind == ErrorKind::bad_input) slips.push_back({one.file, read.error().context});
  }
  return slips;
}

Result<std::vector<Slip>> keep_good(const Layout& layout, Millis now) {
  TRY_SET(const auto files, watched_files(layout));
  std::vector<Slip> slips;
  for (const Watched& one : files) {
    TRY_SET(const auto file, facts_at(one.file));
    TRY_SET(const auto copy, facts_at(one.copy));
    // Who took a file away wants what holds without it; the copy stays, for the file may only be on its way.
    const Path gone = one.copy.string() + ".gone";
    if (!file && copy && !one.marker.empty() && !file_exists(gone)) {
      TRY(put_marker(layout, one.marker));
      TRY(replace_file(gone, "", Sync::no, Access::owner));
    }
    if (!file) continue;
    TRY_SET(const bool was_gone, remove_file(gone));
    if (!was_gone && copy && copy->modified > file->modified && copy->size == file->size) continue;
    const Status read = one.read();
    if (read) {
      const bool was_wrong = file_exists(said_of(one));
      const bool is_news = copy || was_wrong || one.may_come_later;
      if (is_news && !one.marker.empty()) TRY(put_marker(layout, one.marker));
      if (was_wrong) TRY(remove_file(said_of(one)));
      TRY(keep_copy(one));
    } else if (read.error().kind == ErrorKind::bad_input) {
      TRY_SET(const bool tell, tell_today(one, *file, now));
      if (tell) slips.push_back({one.file, read.error().context});
    }
  }
  return slips;
}

}  // namespace testfarm

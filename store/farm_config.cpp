#include "store/farm_config.hpp"

#include <array>
#include <functional>

#include "base/text.hpp"
#include "base/toml.hpp"
#include "schema/limits.hpp"
#include "store/config_reader.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_bytes = 1 << 20;

Status no_problems(const std::vector<std::string>& problems) {
  std::string all;
  for (const auto& problem : problems) all += (all.empty() ? "" : "\n") + problem;
  return problems.empty() ? Status{} : fail(ErrorKind::bad_input, all);
}

// One setting of [limits].
struct LimitField {
  const char* name;
  std::uint64_t Limits::*value;
  std::int64_t otherwise, least, most;
  bool of_client;  // client.toml may say otherwise
};
constexpr std::int64_t kib = 1024;
constexpr std::int64_t mib = 1024 * kib;
constexpr std::int64_t any = std::int64_t{1} << 53;
constexpr std::array<LimitField, 10> limit_fields{{
    {.name = "body",
     .value = &Limits::body,
     .otherwise = limits::body,
     .least = limits::event_line,
     .most = 16 * mib,
     .of_client = false},
    {.name = "record",
     .value = &Limits::record,
     .otherwise = limits::event_line,
     .least = 4 * kib,
     .most = limits::event_line,
     .of_client = false},
    {.name = "command_output",
     .value = &Limits::command_output,
     .otherwise = mib,
     .least = kib,
     .most = any,
     .of_client = true},
    {.name = "execution_events",
     .value = &Limits::execution_events,
     .otherwise = 200'000,
     .least = 100,
     .most = limits::events,
     .of_client = true},
    {.name = "execution_bytes",
     .value = &Limits::execution_bytes,
     .otherwise = 64 * mib,
     .least = 10 * kib,
     .most = any,
     .of_client = true},
    {.name = "bytes_per_day",
     .value = &Limits::bytes_per_day,
     .otherwise = 512 * mib,
     .least = 10 * kib,
     .most = any,
     .of_client = true},
    {.name = "executions_per_day",
     .value = &Limits::executions_per_day,
     .otherwise = 500,
     .least = 1,
     .most = any,
     .of_client = true},
    {.name = "clients_per_project",
     .value = &Limits::clients_per_project,
     .otherwise = 200,
     .least = 1,
     .most = any,
     .of_client = false},
    {.name = "free_bytes",
     .value = &Limits::free_bytes,
     .otherwise = 64 * mib,
     .least = 0,
     .most = any,
     .of_client = false},
    {.name = "free_inodes",
     .value = &Limits::free_inodes,
     .otherwise = 1000,
     .least = 0,
     .most = any,
     .of_client = false},
}};

// What [limits] says; where it is silent, `otherwise`.
Limits read_limits(toml_file::Reader& file, std::vector<std::string>& problems, const Limits& otherwise,
                   bool of_client) {
  Limits limits = otherwise;
  for (const auto* table : file.tables("limits")) {
    toml_file::Reader reader(*table, problems);
    for (const LimitField& field : limit_fields)
      if (field.of_client || !of_client)
        limits.*field.value = static_cast<std::uint64_t>(reader.integer(
            field.name, static_cast<std::int64_t>(limits.*field.value), field.least, field.most));
    reader.done();
  }
  return limits;
}

Retention read_retention(toml_file::Reader& file, std::vector<std::string>& problems,
                         std::vector<std::string>& remarks) {
  constexpr std::int64_t day = 86'400;
  Retention retention{
      .pack_after = day * second_ms, .green_for = 90 * day * second_ms, .logs_for = 0, .logs = 0, .bytes = 0};
  for (const auto* table : file.tables("retention")) {
    toml_file::Reader reader(*table, problems);
    // A log that would go within an hour is not meant: "90" was to be 90 days. Then nothing is deleted.
    const auto age = [&](std::string_view key, Millis otherwise, Millis least) {
      const Millis found = reader.duration_or_seconds(key, otherwise / second_ms, remarks) * second_ms;
      if (found == 0 || found >= least) return found;
      remarks.push_back(concat("[retention] ", key, " is less than an hour: nothing is deleted for its age"));
      return Millis{0};
    };
    retention.pack_after = age("pack_after", retention.pack_after, 0);
    retention.green_for = age("green_for", retention.green_for, hour_ms);
    retention.logs_for = age("logs_for", retention.logs_for, hour_ms);
    retention.logs = static_cast<std::uint64_t>(reader.integer("logs", 0, 0, any));
    retention.bytes = static_cast<std::uint64_t>(reader.integer("bytes", 0, 0, any));
    reader.done();
  }
  return retention;
}

Limits default_limits() {
  Limits limits;
  for (const LimitField& field : limit_fields)
    limits.*field.value = static_cast<std::uint64_t>(field.otherwise);
  return limits;
}

constexpr std::size_t most_former = 8;  // each costs a refused request a verification

std::vector<FormerAddress> read_former(toml_file::Reader& file, const toml_file::Value& root,
                                       std::vector<std::string>& problems) {
  std::vector<FormerAddress> all;
  for (const auto* table : file.tables("former")) {
    toml_file::Reader reader(*table, problems);
    FormerAddress one{.base_url = reader.required_text("base_url"), .until = 0};
    while (one.base_url.ends_with('/')) one.base_url.pop_back();
    if (!is_web_address(one.base_url))
      reader.problem(*table, "base_url must be an address that the farm had, with http:// or https://");
    const auto day = parse_day(reader.required_text("until"));
    if (day)
      one.until = *day;
    else
      reader.problem(*table, "until must be a day, as in \"2027-03-01\"");
    reader.done();
    all.push_back(std::move(one));
  }
  if (all.size() > most_former)
    file.problem(root, concat("there may be ", most_former, " [[former]] addresses at most"));
  return all;
}

std::size_t path_start(const std::string& url) { return url.find('/', url.find("://") + 3); }
}  // namespace

std::string origin_of(const std::string& base_url) { return base_url.substr(0, path_start(base_url)); }

std::string path_of(const std::string& base_url) {
  const auto at = path_start(base_url);
  return at == std::string::npos ? "" : base_url.substr(at);
}

std::string FarmConfig::origin() const { return origin_of(base_url); }

std::string FarmConfig::base_path() const { return path_of(base_url); }

Result<FarmConfig> read_farm_config(const Layout& layout) {
  const Path path = layout.farm_toml();
  auto text = read_file(path, most_bytes);
  if (!text && text.error().kind == ErrorKind::not_found)
    return fail(ErrorKind::not_found,
                concat("there is no farm in ", layout.root().string(),
                       "; make one with: testfarm-admin init ", layout.root().string()));
  if (!text) return fail(std::move(text).error());
  TRY_SET(const toml_file::Value root, toml_file::parse(*text, path.string()));

  std::vector<std::string> problems;
  toml_file::Reader reader(root, problems);
  FarmConfig config;
  config.title = reader.text("title", config.title);
  config.base_url = reader.required_text("base_url");
  while (config.base_url.ends_with('/')) config.base_url.pop_back();
  if (!config.base_url.empty() && !is_web_address(config.base_url))
    reader.problem(root, "base_url must begin with http:// or https:// and be the address that clients use");
  config.site = reader.required_text("site");
  if (config.site.string().starts_with('~'))
    reader.problem(root, "site must be a whole path: nobody puts a home directory for ~ here");
  if (config.site.is_relative()) {
    config.site = layout.root() / config.site;
    config.remarks.push_back(concat("site is no whole path; pages go to ", config.site.string()));
  }
  const std::string durability = reader.text("durability", "sync");
  if (durability != "sync" && durability != "write")
    reader.problem(root, "durability must be \"sync\" or \"write\"");
  config.durability = durability == "write" ? Durability::write : Durability::sync;
  config.grace = reader.duration_or_seconds("grace", 600, config.remarks) * second_ms;
  config.limits = read_limits(reader, problems, default_limits(), false);
  config.retention = read_retention(reader, problems, config.remarks);
  config.former = read_former(reader, root, problems);
  reader.done();
  TRY(no_problems(problems));
  return config;
}

std::string toml_quoted(std::string_view text) {
  std::string quotes = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quotes += '\\';
    quotes += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return quotes + '"';
}

bool is_web_address(std::string_view url) {
  const bool scheme = url.starts_with("http://") || url.starts_with("https://");
  return scheme && url.find_first_of(" \"<>\\?#") == std::string_view::npos && url.size() > 8;
}

Status read_optional_toml(const Path& path,
                          const std::function<void(toml_file::Reader&, std::vector<std::string>&)>& read) {
  TRY_SET(const auto text, read_file_if_there(path, most_bytes));
  if (!text) return {};
  TRY_SET(const toml_file::Value root, toml_file::parse(*text, path.string()));
  std::vector<std::string> problems;
  toml_file::Reader reader(root, problems);
  read(reader, problems);
  reader.done();
  return no_problems(problems);
}

Result<ClientConfig> read_client_config(const Layout& layout, const ClientKey& key, const Limits& farm) {
  ClientConfig config;
  config.title = key.client.text();
  config.limits = farm;
  const Path path = layout.client_toml(key);
  TRY(read_optional_toml(path, [&](toml_file::Reader& reader, std::vector<std::string>& problems) {
    config.title = reader.text("title", config.title);
    config.description = reader.text("description");
    config.limits = read_limits(reader, problems, farm, true);
  }));
  return config;
}

namespace {
std::string limits_toml_text() {
  constexpr std::array<const char*, limit_fields.size()> words{
      "Bytes of one POST. mod_fcgid refuses more than 128 KiB unless FcgidMaxRequestLen is raised.",
      "Bytes of one event of output or test results.",
      "Bytes of output of one command. From here on, client.toml may say otherwise for one client.",
      "Events of one execution.",
      "Bytes of one execution's log.",
      "Bytes that one client may send in a day (UTC).",
      "Executions that one client may begin in a day.",
      "Clients of one project, revoked ones included.",
      "Below that much free disk, in bytes, nothing is taken but the ends of what runs.",
      "The same for free inodes."};
  std::string text =
      "# What clients may send. At a limit output and test results are refused, at twice the limit what "
      "begins\n"
      "# something, and what ends something never.\n[limits]\n";
  for (std::size_t i = 0; i < limit_fields.size(); ++i)
    text += concat("# ", words[i], '\n', limit_fields[i].name, " = ", limit_fields[i].otherwise, '\n');
  return text;
}
}  // namespace

std::string farm_toml_text(const std::string& title, const std::string& base_url, const std::string& site) {
  return concat(
      "# This farm. Programs read this file and never change it.\n\n",
      "# Shown on every page.\ntitle = ", toml_quoted(title), "\n\n",
      "# Where browsers and clients reach the farm. Signatures cover it: give it exactly as clients "
      "do.\nbase_url = ",
      toml_quoted(base_url), "\n",
      "# After a move, at the end of this file: an address of before, for which clients still sign, and the "
      "day "
      "on which\n# that ends.\n# [[former]]\n# base_url = \"http://old.example.org\"\n# until = "
      "\"2027-03-01\"\n\n",
      "# Where the pages are written: the directory that the web server shows.\nsite = ", toml_quoted(site),
      "\n\n",
      "# \"sync\": an event is acknowledged when it is on the disk. \"write\": when the system has it; a "
      "power\n"
      "# failure may then lose the last seconds, which clients do not send again.\ndurability = \"sync\"\n\n",
      "# How much later than it promised a client may check in before the pages call it late.\ngrace = "
      "\"10m\"\n\n",
      limits_toml_text(),
      "\n# What testfarm-admin expire keeps; run it once a day by cron. Summaries, and so history and plots, "
      "stay for good.\n"
      "# The first and the last log of a row of failures stay too. 0 means: no end.\n[retention]\n"
      "# Logs of executions older than that are packed.\npack_after = \"1d\"\n"
      "# How long the logs of executions that passed are kept, and those of all others.\n"
      "green_for = \"90d\"\nlogs_for = 0\n"
      "# How many logs of each client are kept, the newest.\nlogs = 0\n"
      "# How many bytes all logs may take: the oldest go first, those that passed before the others.\nbytes "
      "= 0\n");
}

}  // namespace testfarm

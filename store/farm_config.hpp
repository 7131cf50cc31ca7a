// The files that people write: farm.toml, client.toml, and project.toml beside. Programs never rewrite them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "store/layout.hpp"
#include "store/project_config.hpp"

namespace testfarm {

enum class Durability : std::uint8_t { sync, write };

// farm.toml and client.toml, [limits]: what a client may send. Each is a number; those that name a client may
// be others for one client, in its client.toml.
struct Limits {
  std::uint64_t body = 0;                // bytes of one POST
  std::uint64_t record = 0;              // bytes of one event of output or test results
  std::uint64_t command_output = 0;      // bytes of text that one command may say; of a client
  std::uint64_t execution_events = 0;    // of a client
  std::uint64_t execution_bytes = 0;     // of a client
  std::uint64_t bytes_per_day = 0;       // of a client
  std::uint64_t executions_per_day = 0;  // of a client
  std::uint64_t clients_per_project = 0;
  std::uint64_t free_bytes = 0;  // below that much free disk nothing but ends is taken
  std::uint64_t free_inodes = 0;
};

// farm.toml, [retention]: what testfarm-admin expire keeps. 0: no end. Summaries stay in any case.
struct Retention {
  Millis pack_after = 0;    // logs of executions that began longer ago are packed
  Millis green_for = 0;     // logs of those that passed
  Millis logs_for = 0;      // all others, but the first and last of a row of failures
  std::uint64_t logs = 0;   // of a client: the newest so many
  std::uint64_t bytes = 0;  // of all logs: the oldest go first, those that passed before the others
};

// An address that the farm had before it moved: clients that have not learned of the new one sign for it.
struct FormerAddress {
  std::string base_url;
  Millis until = 0;  // from then on nobody gets in by it
};

struct FarmConfig {
  std::string title = "TestFarm";
  std::string
      base_url;  // where the farm is reached: "https://ci.example.org" or with a path; no slash at the end
  std::vector<FormerAddress> former;
  std::string tags;      // of identity.json, where somebody has read it: what ids of feeds begin with
  Millis made_at = 0;    // likewise: when the farm began
  FarmNames names;       // likewise: of names.jsonl
  std::string identity;  // likewise: its public key in hexadecimal, a line
  Path site;             // where the pages go; relative paths are below the farm
  Durability durability = Durability::sync;
  Limits limits;
  Retention retention;
  Millis grace = 0;                  // how much later than promised a client may be before it is late
  std::vector<std::string> remarks;  // what a newer rule would refuse, and how it is read

  // "https://ci.example.org": base_url without its path.
  std::string origin() const;
  // "" or "/farm": the path of base_url.
  std::string base_path() const;
};

std::string origin_of(const std::string& base_url);
std::string path_of(const std::string& base_url);

struct ClientConfig {
  std::string title;
  std::string description;
  Limits limits;  // the farm's, with what client.toml says otherwise
};

// bad_input with every mistake of the file, one a line; not_found where there is no farm.
Result<FarmConfig> read_farm_config(const Layout& layout);
// A client without a file has its id as title.
Result<ClientConfig> read_client_config(const Layout& layout, const ClientKey& key, const Limits& farm = {});

// What `testfarm-admin init` writes: every setting with a comment.
std::string farm_toml_text(const std::string& title, const std::string& base_url, const std::string& site);

}  // namespace testfarm

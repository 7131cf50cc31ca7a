// The files that people write: farm.toml, project.toml, client.toml. Programs never rewrite them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "store/layout.hpp"

namespace testfarm {

enum class Durability : std::uint8_t { sync, write };

struct FarmConfig {
  std::string title = "TestFarm";
  std::string
      base_url;  // where the farm is reached: "https://ci.example.org" or with a path; no slash at the end
  Path site;     // where the pages go; relative paths are below the farm
  Durability durability = Durability::sync;
  std::uint64_t body_limit = 0;  // bytes of one POST
  Millis grace = 0;              // how much later than promised a client may be before it is late

  // "https://ci.example.org": base_url without its path.
  std::string origin() const;
  // "" or "/farm": the path of base_url.
  std::string base_path() const;
};

struct Link {
  std::string title;
  std::string url;
};

struct ProjectConfig {
  std::string title;
  std::string description;
  std::vector<Link> links;
};

struct ClientConfig {
  std::string title;
  std::string description;
};

// bad_input with every mistake of the file, one a line; not_found where there is no farm.
Result<FarmConfig> read_farm_config(const Layout& layout);
// A project or client without a file has its id as title.
Result<ProjectConfig> read_project_config(const Layout& layout, const ProjectId& id);
Result<ClientConfig> read_client_config(const Layout& layout, const ClientKey& key);

// What `testfarm-admin init` and `project add` write: every setting with a comment.
std::string farm_toml_text(const std::string& title, const std::string& base_url, const std::string& site);
std::string project_toml_text(const std::string& title, const std::string& description);

}  // namespace testfarm

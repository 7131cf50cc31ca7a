// The commented file that `testfarm init` writes.
#pragma once

#include <string>
#include <vector>

#include "schema/ids.hpp"

namespace testfarm {

struct DefinitionStart {
  ClientKey client;
  std::string server;
  std::string url = "https://example.org/project.git";  // of the repository
  std::string branch = "main";
  std::vector<std::string> needs;
  std::string tasks;
  bool matrix = false;  // of compilers, for several clients
};

std::string definition_template(const DefinitionStart& start);
// What a farm offers, with the names of this client at its top.
std::string definition_from(const std::string& offered, const ClientKey& client, const std::string& server);
// With CMake's tasks and an example's repository.
std::string definition_template(const ClientKey& client, const std::string& server);
// The same with a [matrix], for an invite for several clients.
std::string matrix_template(const ClientKey& client, const std::string& server);

}  // namespace testfarm

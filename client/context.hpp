// What a command of testfarm works with.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "client/console.hpp"
#include "client/definition/definition.hpp"
#include "client/report/farm_connection.hpp"

namespace testfarm {

struct ClientContext {
  Path definition_file;
  std::string client;  // of several in the file, only this one or "project/client"; empty: all
  const Clock& clock;
  Console& console;
  Connect connect;
};

// The definitions that a context means. not_found where it names a client that is not in the file.
Result<std::vector<Definition>> chosen_definitions(const ClientContext& context);

// What a definition is called beside the others of its file: its client, or "project/client" where they have
// several projects; empty where it is the only one.
std::string called_among(const std::vector<Definition>& all, const Definition& definition);

// What was typed for --server, without a slash at its end. bad_input where it is no web address.
Result<std::string> typed_server(std::string server);

}  // namespace testfarm

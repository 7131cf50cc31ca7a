#include "client/context.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "client/definition/read_definitions.hpp"

namespace testfarm {

Result<std::vector<Definition>> chosen_definitions(const ClientContext& context) {
  TRY_SET(auto definitions, read_definitions(context.definition_file));
  if (context.client.empty()) return definitions;
  std::string names;
  for (const auto& definition : definitions) {
    const std::string name = called_among(definitions, definition);
    names += (names.empty() ? "" : ", ") + (name.empty() ? definition.client.client.text() : name);
  }
  std::erase_if(definitions, [&](const Definition& d) {
    return d.client.client.text() != context.client && name_of(d.client) != context.client;
  });
  if (!definitions.empty()) return definitions;
  return fail(ErrorKind::not_found, concat("there is no client ", in_quotes(context.client), " in ",
                                           context.definition_file.string(), ", which has: ", names));
}

std::string called_among(const std::vector<Definition>& all, const Definition& definition) {
  if (all.size() < 2) return {};
  const bool several = std::any_of(all.begin(), all.end(), [&](const Definition& other) {
    return other.client.project != definition.client.project;
  });
  return several ? name_of(definition.client) : definition.client.client.text();
}

Result<std::string> typed_server(std::string server) {
  while (server.ends_with('/')) server.pop_back();
  if (server.starts_with("http://") || server.starts_with("https://")) return server;
  return fail(ErrorKind::bad_input, concat("--server ", server, " must begin with http:// or https://"));
}

}  // namespace testfarm

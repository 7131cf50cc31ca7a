#include "client/definition/shared.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace testfarm {
namespace {

bool is_within(const Path& inner, const Path& outer) {
  const Path from = outer.lexically_normal(), path = inner.lexically_normal();
  return std::mismatch(from.begin(), from.end(), path.begin(), path.end()).first == from.end();
}

bool overlap(const Path& one, const Path& other) { return is_within(one, other) || is_within(other, one); }

}  // namespace

std::string what_they_share(const Definition& one, const Definition& other) {
  const std::string names = concat(one.client.project.text(), '/', one.client.client.text(), " and ",
                                   other.client.project.text(), '/', other.client.client.text());
  if (one.client == other.client)
    return concat("there is a client ", in_quotes(one.client.client.text()),
                  " already; give each [[variant]] a client of its own");
  for (const ServerDefinition& server : one.servers)
    for (const ServerDefinition& theirs : other.servers)
      if (server.key_file.lexically_normal() == theirs.key_file.lexically_normal())
        return concat(names, " would share the key ", server.key_file.filename().string(),
                      "; write key = \"{project}-{client}.key\", or leave it out");
  if (overlap(one.state_directory, other.state_directory))
    return concat(names, " would share a state directory: ", one.state_directory.string(), " and ",
                  other.state_directory.string());
  if (overlap(one.sandbox, other.sandbox))
    return concat(names, " would share a sandbox: ", one.sandbox.string(), " and ", other.sandbox.string());
  return {};
}

}  // namespace testfarm

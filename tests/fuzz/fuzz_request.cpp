// Any bytes as what a front end passes on: variables, each ended by a NUL, then the body, as it is, as a
// form, packed.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>

#include "cgi/http/payload.hpp"
#include "cgi/http/request.hpp"
#include "schema/ids.hpp"

namespace {
constexpr std::array<const char*, 8> names{"REQUEST_METHOD", "REQUEST_URI",          "CONTENT_TYPE",
                                           "CONTENT_LENGTH", "HTTP_CONTENT_DIGEST",  "HTTP_SIGNATURE_INPUT",
                                           "HTTP_SIGNATURE", "HTTP_X_TESTFARM_TOKEN"};
constexpr std::size_t most = 4096;
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace testfarm;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::map<std::string, std::string> variables;
  for (const char* name : names) {
    const auto end = std::min(rest.find('\0'), rest.size());
    variables[name] = std::string(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const auto variable = [&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
  const auto read = [&](char* to, std::size_t count) {
    const std::size_t given = std::min(count, rest.size());
    std::memcpy(to, rest.data(), given);
    rest.remove_prefix(given);
    return given;
  };
  const Request request = read_request(variable, read, most);
  if (request.body.size() > most || !rest.empty()) std::abort();
  if (request.path().size() > request.target.size()) std::abort();
  static_cast<void>(request.query("from"));
  static_cast<void>(request.query("age"));
  const auto payload = payload_of(request, most);
  if (payload && payload->size() > most) std::abort();
  static_cast<void>(ProjectId::parse(request.path()));
  static_cast<void>(ExecutionId::parse(request.path()));
  static_cast<void>(KeyId::parse(request.token));
  return 0;
}

// Any bytes as a client.jsonl: who is let in by it is somebody whose line is there.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "store/clients/register.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace testfarm;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const ClientRegister known = parse_client_register(input);
  for (const auto& [number, key] : known.keys)
    if ((known.key(number) == nullptr) != key.revoked) std::abort();
  if (known.token("secret") && input.find("hash") == std::string_view::npos &&
      input.find('\\') == std::string_view::npos)
    std::abort();
  return 0;
}

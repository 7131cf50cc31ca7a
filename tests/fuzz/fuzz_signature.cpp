// Any bytes as a Signature-Input header: what is taken must be exactly what we would write.
#include <cstdint>
#include <string_view>

#include "schema/signature.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace testfarm;
  const std::string input(reinterpret_cast<const char*>(data), size);
  const SignatureHeaders headers{input, input, input};
  static_cast<void>(key_of(headers));
  static_cast<void>(verify_request(
      {.method = "POST", .target_uri = input, .content_type = input, .body = input}, headers, PublicKey{}));
  return 0;
}

// Any bytes as a line of events: an event that is read must be written and read again to the same line.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/utf8.hpp"
#include "schema/batch.hpp"
#include "schema/codec.hpp"
#include "schema/protocol.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (const auto event = testfarm::decode_event(input)) {
    const std::string line = testfarm::encode_event(*event);
    if (!testfarm::is_utf8(line)) std::abort();
    const auto again = testfarm::decode_event(line);
    // A line may grow by writing (escapes); what still fits must come back the same.
    if (again && testfarm::encode_event(*again) != line) std::abort();
  }
  static_cast<void>(testfarm::decode_batch(input, 1));
  static_cast<void>(testfarm::decode<testfarm::Heartbeat>(input));
  static_cast<void>(testfarm::decode<testfarm::ProblemDetails>(input));
  return 0;
}

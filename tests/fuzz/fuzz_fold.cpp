// Any bytes as events of one execution: the fold ends, its summary is bounded, and is the same when it is
// stored in the middle and taken up again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "schema/codec.hpp"
#include "store/summary/summary.hpp"
#include "store/summary/summary_codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace testfarm;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  Summary straight;
  Summary resumed;
  for (const std::string_view line : split_lines(input)) {
    const auto event = decode_event(line);
    if (!event) continue;
    apply_receipt(straight, 1000 + event->at, event->at);
    apply(straight, *event);
    apply_receipt(resumed, 1000 + event->at, event->at);
    apply(resumed, *event);
    const std::string stored = encode(resumed);
    auto read = decode_summary(stored);
    if (!read || encode(*read) != stored) std::abort();
    resumed = *std::move(read);
  }
  if (encode(straight) != encode(resumed)) std::abort();
  return 0;
}

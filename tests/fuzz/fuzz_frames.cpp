// Any bytes as a log: readers end, stay inside, and agree with each other about the last frame.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/gzip.hpp"
#include "store/index/indexer.hpp"
#include "store/summary/summary_codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace testfarm;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  FrameReader reader(reading(input), 0, input.size());
  std::uint64_t end = 0;
  for (auto frame = reader.next(); frame && *frame; frame = reader.next()) {
    if ((*frame)->end > input.size() || (*frame)->offset < end) std::abort();
    end = (*frame)->end;
  }
  const auto last = last_frame(reading(input), input.size());
  if (!last || last->has_value() != (end > 0)) std::abort();
  static_cast<void>(decode_summary(input));
  // Anything else is refused by its first two bytes, after costly preparations.
  if (input.starts_with("\x1f\x8b")) static_cast<void>(gunzip(input, 1 << 20));
  return 0;
}

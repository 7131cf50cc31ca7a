// The face of zlib: whole gzip members in memory (RFC 1952), and CRC-32 (ISO 3309, as gzip and PNG have it).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace testfarm {

std::uint32_t crc32_of(std::string_view bytes);

Result<std::string> gzip(std::string_view bytes);
// too_large when more than `most` bytes come out; bad_input for anything that is not a whole gzip file.
Result<std::string> gunzip(std::string_view bytes, std::size_t most);

// Whether it is one zlib stream (RFC 1950) from beginning to end, checksum and all.
bool is_whole_zlib(std::string_view bytes);

}  // namespace testfarm

#include "base/gzip.hpp"

#include <zlib.h>

#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr int gzip_window = 15 + 16;  // largest window, gzip header

Bytef* input(std::string_view bytes) {
  // zlib's next_in is not const in its default interface, but is never written to.
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

}  // namespace

std::uint32_t crc32_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

Result<std::string> gzip(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return fail(ErrorKind::internal, "zlib could not start to compress");
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = input(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int code = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (code != Z_STREAM_END) return fail(ErrorKind::internal, "zlib could not compress");
  return packed;
}

Result<std::string> gunzip(std::string_view bytes, std::size_t most) {
  z_stream stream{};
  if (inflateInit2(&stream, gzip_window) != Z_OK)
    return fail(ErrorKind::internal, "zlib could not start to unpack");
  stream.next_in = input(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string plain;
  int code = Z_OK;
  while (code == Z_OK && plain.size() <= most) {
    const std::size_t before = plain.size();
    plain.resize(before + 64 * 1024);
    stream.next_out = reinterpret_cast<Bytef*>(plain.data()) + before;
    stream.avail_out = 64 * 1024;
    code = inflate(&stream, Z_NO_FLUSH);
    plain.resize(plain.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (plain.size() > most)
    return fail(ErrorKind::too_large, concat("more than ", most, " bytes when unpacked"));
  if (code != Z_STREAM_END) return fail(ErrorKind::bad_input, "not a whole gzip file");
  return plain;
}

bool is_whole_zlib(std::string_view bytes) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return false;
  stream.next_in = input(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string room(64 * 1024, '\0');
  int code = Z_OK;
  while (code == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(room.data());
    stream.avail_out = static_cast<uInt>(room.size());
    code = inflate(&stream, Z_NO_FLUSH);
  }
  const bool all = code == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  return all;
}

}  // namespace testfarm

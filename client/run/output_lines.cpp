#include "client/run/output_lines.hpp"

#include "client/run/terminal_lines.hpp"

namespace testfarm {
namespace {

constexpr std::size_t block = 1 << 18;

}  // namespace

Status for_each_line(const Path& output, const std::function<void(std::string_view)>& use) {
  TRY_SET(const Fd file, open_file(output, Open::read));
  TerminalLines lines(use);
  for (std::uint64_t offset = 0;;) {
    TRY_SET(const std::string bytes, read_at(file, offset, block, output));
    if (bytes.empty()) break;
    offset += bytes.size();
    lines.feed(bytes);
  }
  lines.finish();
  return {};
}

}  // namespace testfarm

#include "store/line_log.hpp"

namespace testfarm {

Status append_lines(const Fd& file, const Path& path, std::string_view text, std::string lines) {
  if (!text.empty() && text.back() != '\n') lines.insert(0, "\n");
  auto written = write_all(file, lines, path);
  if (written) written = sync_data(file, path);
  if (written) return {};
  // Nobody may find there what was never said to be kept.
  if (auto cut = cut_file(file, text.size(), path); !cut) return cut;
  return written;
}

}  // namespace testfarm

#include "generator/site_writer.hpp"

namespace testfarm {

Status SiteWriter::put(const std::string& path, std::string_view bytes) {
  const Path target = site_ / path;
  ++looked_at_;
  bool changed = false;
  if (mode_ == Mode::tell) {
    TRY_SET(const auto old, read_file_if_there(target));
    changed = !old || *old != bytes;
  } else {
    TRY(make_directories(target.parent_path()));
    TRY_SET(changed, replace_if_changed(target, bytes));
  }
  if (!changed) return {};
  ++changed_;
  written_(path);
  return {};
}

}  // namespace testfarm

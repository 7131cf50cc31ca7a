#include "generator/site_writer.hpp"

namespace testfarm {
namespace {

// The directory is there nearly always: look for it only where it was missed.
Result<bool> put_file(const Path& target, std::string_view bytes) {
  auto changed = replace_if_changed(target, bytes);
  if (changed || changed.error().kind != ErrorKind::not_found) return changed;
  TRY(make_directories(target.parent_path()));
  return replace_if_changed(target, bytes);
}

}  // namespace

Status SiteWriter::put(const std::string& path, std::string_view bytes) {
  const Path target = site_ / path;
  ++looked_at_;
  bool changed = false;
  if (mode_ == Mode::tell) {
    TRY_SET(const auto old, read_file_if_there(target));
    changed = !old || *old != bytes;
  } else {
    TRY_SET(changed, put_file(target, bytes));
  }
  if (changed) tell(path);
  return {};
}

Status SiteWriter::remove(const std::string& path) {
  const Path target = site_ / path;
  bool gone = false;
  if (mode_ == Mode::tell) {
    gone = file_exists(target);
  } else {
    TRY_SET(gone, remove_file(target));
    TRY(remove_file(temporary_of(target)));
  }
  if (gone) tell(path);
  return {};
}

void SiteWriter::tell(const std::string& path) {
  ++changed_;
  const std::scoped_lock lock(telling_);
  written_(path);
}

}  // namespace testfarm

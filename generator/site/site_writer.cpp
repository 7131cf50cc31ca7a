#include "generator/site/site_writer.hpp"

#include <unistd.h>

#include <algorithm>
#include <bit>

#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr std::size_t least_step = 64;

std::string at_length(std::string text, std::size_t length) {
  text.resize(length, '\n');
  return text;
}

// Where a length has to change the words stay, so that who has the one's length and the other's words misses
// line ends at most: a page grows before it says more, and says less before it shrinks. The pause is for a
// server that was not given the processor between its look and its opening.
Status change_length(const Path& target, std::string_view bytes) {
  TRY_SET(auto old, read_file_if_there(target));
  if (!old || old->size() == bytes.size()) return {};
  const std::size_t longer = std::max(old->size(), bytes.size());
  TRY(replace_if_changed(target, old->size() < longer ? at_length(*std::move(old), longer)
                                                      : at_length(std::string(bytes), longer)));
  usleep(1000);
  return {};
}

Result<bool> replace_gently(const Path& target, std::string_view bytes) {
  TRY_SET(const auto there, facts_at(target));
  if (there && there->size != bytes.size()) TRY(change_length(target, bytes));
  return replace_if_changed(target, bytes);
}

// The directory is there nearly always: look for it only where it was missed.
Result<bool> put_file(const Path& target, std::string_view bytes) {
  auto changed = replace_gently(target, bytes);
  if (changed || changed.error().kind != ErrorKind::not_found) return changed;
  TRY(make_directories(target.parent_path()));
  return replace_if_changed(target, bytes);
}

}  // namespace

std::string in_steps(std::string_view text) {
  const std::size_t step = std::max(std::bit_floor(text.size()) / 8, least_step);
  return at_length(std::string(text), (text.size() + step - 1) / step * step);
}

Status SiteWriter::put_as_is(const std::string& path, std::string_view bytes) {
  TRY(put_one(path, bytes));
  for (const FormerPath& former : former_.of(path))
    TRY(former.holds == FormerPath::Holds::copy
            ? put_one(former.path, bytes)
            : put_one(former.path, in_steps(former_.link_page(former.path, path))));
  return {};
}

Status SiteWriter::remove(const std::string& path) {
  TRY(remove_one(path));
  for (const FormerPath& former : former_.of(path)) TRY(remove_one(former.path));
  return {};
}

Status SiteWriter::put_one(const std::string& path, std::string_view bytes) {
  const Path target = site_ / path;
  const std::scoped_lock lock(guard_of(path));
  ++looked_at_;
  bool changed = false;
  if (mode_ == Mode::tell) {
    TRY_SET(const auto old, read_file_if_there(target));
    changed = !old || *old != bytes;
  } else {
    TRY_SET(changed, put_file(target, bytes));
    // Of one that was killed while the page said something else for a moment.
    if (!changed) TRY(remove_file(temporary_of(target)));
  }
  if (changed) tell(path);
  return {};
}

Status SiteWriter::remove_one(const std::string& path) {
  const Path target = site_ / path;
  const std::scoped_lock lock(guard_of(path));
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

Status SiteWriter::keep_only(const std::string& directory, const std::set<std::string>& names,
                             const std::function<bool(const std::string&)>& ours) {
  TRY_SET(const auto there, list_directory(site_ / directory));
  for (const std::string& name : there)
    if (ours(name) && !names.contains(name)) TRY(remove(concat(directory, '/', name)));
  return {};
}

void SiteWriter::tell(const std::string& path) {
  ++changed_;
  const std::scoped_lock lock(telling_);
  written_(path);
}

}  // namespace testfarm

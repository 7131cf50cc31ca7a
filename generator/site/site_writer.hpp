// Files of the site: replaced whole, and only where their bytes changed. Several threads may use one.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/result.hpp"
#include "generator/site/former_paths.hpp"

namespace testfarm {

// A text and line ends, up to the next of eight steps between two powers of two (so at most an eighth more).
// Apache asks for a file's length before it opens it, and sends no more than that of a longer file that was
// renamed over it in between: half a page. In steps a new version mostly has the length of the old one.
std::string in_steps(std::string_view text);

class SiteWriter {
 public:
  enum class Mode : std::uint8_t { write, tell };  // `tell` compares and writes nothing
  // `written` is told each path that changed, or would, never by two threads at once. What belongs to
  // `former` addresses of a file is put and removed with it.
  SiteWriter(Path site, Mode mode, std::function<void(const std::string&)> written, FormerPaths former = {})
      : site_(std::move(site)), mode_(mode), written_(std::move(written)), former_(std::move(former)) {}

  // `path` is relative to the site, made of ids and constants only. Line ends are added (in_steps). Two
  // threads may come to the same page: who is due for its own sake and for another's.
  Status put(const std::string& path, std::string_view text) { return put_as_is(path, in_steps(text)); }
  // To the byte, for what is made once.
  Status put_as_is(const std::string& path, std::string_view bytes);
  Status remove(const std::string& path);
  // Of the files in a directory of the site that are `ours` only those of these names stay.
  Status keep_only(const std::string& directory, const std::set<std::string>& names,
                   const std::function<bool(const std::string&)>& ours);
  bool has(const std::string& path) const { return file_exists(site_ / path); }

  std::uint64_t looked_at() const { return looked_at_; }
  std::uint64_t changed() const { return changed_; }

 private:
  // Of a page: two of one page share its temporary file, so a second one waits.
  std::mutex& guard_of(const std::string& path) {
    return guards_[std::hash<std::string>()(path) % guards_.size()];
  }
  void tell(const std::string& path);
  Status put_one(const std::string& path, std::string_view bytes);
  Status remove_one(const std::string& path);
  Path site_;
  Mode mode_;
  std::function<void(const std::string&)> written_;
  FormerPaths former_;
  std::mutex telling_;
  std::array<std::mutex, 64> guards_;
  std::atomic<std::uint64_t> looked_at_ = 0;
  std::atomic<std::uint64_t> changed_ = 0;
};

}  // namespace testfarm

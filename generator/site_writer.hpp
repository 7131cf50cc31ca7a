// Puts pages in their place: each file whole, and only where its bytes changed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/file.hpp"
#include "base/result.hpp"

namespace testfarm {

class SiteWriter {
 public:
  enum class Mode : std::uint8_t { write, tell };  // tell: say what would be written and write nothing
  // `written` is told the path of each file that changed (or would).
  SiteWriter(Path site, Mode mode, std::function<void(const std::string&)> written)
      : site_(std::move(site)), mode_(mode), written_(std::move(written)) {}

  Status put(const std::string& path, std::string_view bytes);
  std::uint64_t looked_at() const { return looked_at_; }
  std::uint64_t changed() const { return changed_; }

 private:
  Path site_;
  Mode mode_;
  std::function<void(const std::string&)> written_;
  std::uint64_t looked_at_ = 0;
  std::uint64_t changed_ = 0;
};

}  // namespace testfarm

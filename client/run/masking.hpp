// Named secrets do not leave this machine: each stands as "***" in everything that is reported.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/event.hpp"

namespace testfarm {

class Masking {
 public:
  explicit Masking(std::vector<std::string> secrets);
  std::string masked(std::string_view text) const;
  // Where the end of a text begins that may be the beginning of a secret; its size where there is none.
  std::size_t beginning(std::string_view text) const;
  // All texts of an event but those of output, which come through a MaskedStream.
  void mask(EventBody& body) const;

 private:
  friend class MaskedStream;
  struct Found {
    std::size_t at;
    std::size_t length;
  };
  Found find(std::string_view text) const;
  std::vector<std::string> secrets_;  // longest first
  std::size_t longest_ = 0;
};

// Bytes in pieces: what may be the beginning of a secret is held back until it is known.
class MaskedStream {
 public:
  explicit MaskedStream(const Masking& masking) : masking_(masking) {}
  std::string feed(std::string_view bytes);
  std::string finish();

 private:
  const Masking& masking_;
  std::string held_;
};

}  // namespace testfarm

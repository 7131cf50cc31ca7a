// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <string>
#include <string_view>

namespace testfarm {

bool is_utf8(std::string_view text);

// Makes valid text of any bytes that arrive in pieces: each maximal bad part becomes U+FFFD; a character that
// is split between two pieces is held back until its rest comes.
class Utf8Repair {
 public:
  std::string feed(std::string_view piece);
  // What was held back when nothing more will come.
  std::string finish();

 private:
  std::string held_;
};

std::string repaired_utf8(std::string_view bytes);

// The longest prefix of at most `most` bytes that does not end within a character of valid UTF-8.
std::string_view utf8_prefix(std::string_view text, std::size_t most);

}  // namespace testfarm

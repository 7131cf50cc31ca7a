#include "analysis/new_lines.hpp"

#include <algorithm>

#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "store/summary/fingerprint.hpp"
#include "store/summary/first_error.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_before_error = 8;
constexpr std::size_t most_read = 4096;  // of a line

std::string start_of(std::string_view line) { return plain_line(utf8_prefix(line, most_read)); }

}  // namespace

void LineComparison::known(std::string_view output) {
  for (const std::string_view line : split_lines(output)) {
    if (++known_lines_ > most_lines_compared) {
      all_compared_ = false;
      return;
    }
    seen_.insert(normalised(start_of(line)));
  }
}

void LineComparison::said(std::string_view output) {
  for (const std::string_view line : split_lines(output)) {
    if (++said_lines_ > most_lines_compared) {
      all_compared_ = false;
      return;
    }
    std::string plain = start_of(line);
    std::string compared = normalised(plain);
    if (compared.empty() || !seen_.insert(std::move(compared)).second) continue;
    found_.emplace_back(utf8_prefix(plain, most_new_line_bytes));
  }
}

NewLines LineComparison::found() const {
  const auto error = std::find_if(found_.begin(), found_.end(),
                                  [](const std::string& line) { return rank_of(line) == ErrorRank::said; });
  std::size_t from = 0;
  if (found_.size() > most_new_lines && error != found_.end()) {
    const auto at = static_cast<std::size_t>(error - found_.begin());
    from = std::min(at - std::min(at, most_before_error), found_.size() - most_new_lines);
  }
  const std::size_t to = std::min(from + most_new_lines, found_.size());
  return {.lines = {found_.begin() + static_cast<std::ptrdiff_t>(from),
                    found_.begin() + static_cast<std::ptrdiff_t>(to)},
          .before = from,
          .after = found_.size() - to,
          .all_compared = all_compared_};
}

}  // namespace testfarm

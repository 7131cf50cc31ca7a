#include "client/turns.hpp"

#include "base/text.hpp"

namespace testfarm {

Result<std::optional<LockFile>> take_turn(const Path& directory, const Schedule& schedule) {
  TRY(make_directories(directory));
  for (std::uint64_t i = 1; i <= schedule.at_once; ++i) {
    auto lock = LockFile::take(directory / concat("turn-", i), 0);
    if (lock) return *std::move(lock);
    if (lock.error().kind != ErrorKind::busy) return fail(std::move(lock).error());
  }
  return std::nullopt;
}

}  // namespace testfarm

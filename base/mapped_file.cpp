#include "base/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>

#include <utility>

#include "base/text.hpp"

namespace testfarm {
static_assert(sizeof(std::atomic<std::uint64_t>) == 8 && std::atomic<std::uint64_t>::is_always_lock_free);

Result<CounterFile> CounterFile::open(const Path& path, std::size_t counters, Mode mode) {
  const std::size_t bytes = counters * sizeof(std::uint64_t);
  TRY_SET(const auto facts, facts_at(path));
  // Written whole and not left as a hole: a page that finds no room on the disk later would end the process.
  if (mode == Mode::existing && (!facts || facts->size != bytes))
    return fail(ErrorKind::not_found, concat("there is no ", path.string(), " of this version"));
  if (!facts || facts->size != bytes) TRY(replace_file(path, std::string(bytes, '\0'), Sync::no));
  const Fd file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!file) return fail(system_error("could not open", path));
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (memory == MAP_FAILED) return fail(system_error("could not map", path));
  return CounterFile({static_cast<std::atomic<std::uint64_t>*>(memory), counters});
}

CounterFile::CounterFile(CounterFile&& other) noexcept : counters_(std::exchange(other.counters_, {})) {}
CounterFile& CounterFile::operator=(CounterFile&& other) noexcept {
  std::swap(counters_, other.counters_);
  return *this;
}
CounterFile::~CounterFile() {
  if (!counters_.empty()) munmap(counters_.data(), counters_.size_bytes());
}

}  // namespace testfarm

// A small file of 64-bit counters that several processes add to at once, without a lock and without a system
// call. It is mapped into memory (mmap(2), MAP_SHARED): what a process adds is there for all at once and
// reaches the disk when the system likes, so what it holds must not matter after a power failure. Where the
// disk has no room for a page that was written before (copy on write, a file server's trouble) the process
// gets SIGBUS: nothing that matters may come after an addition.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/file.hpp"
#include "base/result.hpp"

namespace testfarm {

class CounterFile {
 public:
  enum class Mode : std::uint8_t { existing, create };
  // Made, with zeros, where it is missing or of another size; with Mode::existing that is not_found.
  static Result<CounterFile> open(const Path& path, std::size_t counters, Mode mode = Mode::create);
  CounterFile(CounterFile&& other) noexcept;
  CounterFile& operator=(CounterFile&& other) noexcept;
  ~CounterFile();
  std::span<std::atomic<std::uint64_t>> counters() const { return counters_; }

 private:
  explicit CounterFile(std::span<std::atomic<std::uint64_t>> counters) : counters_(counters) {}
  std::span<std::atomic<std::uint64_t>> counters_;
};

}  // namespace testfarm

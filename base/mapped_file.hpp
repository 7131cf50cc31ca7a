// A small file of 64-bit counters that several processes add to at once, without a lock and without a system
// call. It is mapped into memory (mmap(2), MAP_SHARED): what a process adds is there for all at once and
// reaches the disk when the system likes, so what it holds must not matter after a power failure.
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
  // Makes the file, with zeros, where it is missing or of another size.
  static Result<CounterFile> open(const Path& path, std::size_t counters);
  CounterFile(CounterFile&& other) noexcept;
  CounterFile& operator=(CounterFile&& other) noexcept;
  ~CounterFile();
  std::span<std::atomic<std::uint64_t>> counters() const { return counters_; }

 private:
  explicit CounterFile(std::span<std::atomic<std::uint64_t>> counters) : counters_(counters) {}
  std::span<std::atomic<std::uint64_t>> counters_;
};

}  // namespace testfarm

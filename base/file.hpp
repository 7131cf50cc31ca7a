// Files of a farm or a client: the only place that opens, locks, syncs and replaces them.
// Source of the rules: fsync(2), fcntl(2) (open file description locks), rename(2).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace testfarm {

using Path = std::filesystem::path;

// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) : number_(number) {}
  Fd(Fd&& other) noexcept : number_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd() { reset(); }
  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  int release() {
    const int number = number_;
    number_ = -1;
    return number;
  }
  void reset();

 private:
  int number_ = -1;
};

// The error of the last system call, read from errno at once: "what path: reason".
Error system_error(std::string_view what, const Path& path);

// How to open. Links are never followed at the last step, descriptors never inherited.
enum class Open : std::uint8_t { read, append, append_create, update_create, replace };
Result<Fd> open_file(const Path& path, Open how);

struct FileFacts {
  std::uint64_t size;
  dev_t device;
  ino_t inode;
  Millis modified;
  bool same_file(const FileFacts& other) const { return device == other.device && inode == other.inode; }
};
// Whether a file is as it was: the same one, not written since, as far as times and sizes tell.
bool unchanged(const std::optional<FileFacts>& before, const std::optional<FileFacts>& now);
Result<FileFacts> facts_of(const Fd& file, const Path& name_for_errors);
Result<std::optional<FileFacts>> facts_at(const Path& path);  // nothing where there is no such file
bool file_exists(const Path& path);

// What is left on the file system of a path for who is not root. `inodes` is nothing where they are not
// counted.
struct FreeSpace {
  std::uint64_t bytes;
  std::optional<std::uint64_t> inodes;
};
Result<FreeSpace> free_space(const Path& path);

// All of a file; too_large beyond `most` bytes.
Result<std::string> read_file(const Path& path, std::size_t most = 1U << 30);
Result<std::optional<std::string>> read_file_if_there(const Path& path, std::size_t most = 1U << 30);
// Up to `count` bytes from `offset`; fewer only at the end of the file.
Result<std::string> read_at(const Fd& file, std::uint64_t offset, std::size_t count,
                            const Path& name_for_errors);

// The last `most` bytes of a file, and where they begin; nothing where there is no such file.
struct FileTail {
  std::uint64_t from = 0;
  std::string bytes;
};
Result<std::optional<FileTail>> read_tail(const Path& path, std::uint64_t most);

// All of `bytes` at the end of a file opened for append. On failure part of it may be there: the caller cuts.
Status write_all(const Fd& file, std::string_view bytes, const Path& name_for_errors);
// All of `bytes` at an offset of a file that was not opened for append.
Status write_at(const Fd& file, std::uint64_t offset, std::string_view bytes, const Path& name_for_errors);
Status sync_data(const Fd& file, const Path& name_for_errors);
Status cut_file(const Fd& file, std::uint64_t size, const Path& name_for_errors);
// Makes the names in a directory durable; the empty path is the working directory.
Status sync_directory(const Path& directory);

#ifdef TESTFARM_STEPS
// For tests that take the power away: told of each sync that succeeded.
struct DiskWatch {
  void (*file)(int descriptor) = nullptr;
  void (*directory)(const char* path) = nullptr;
};
extern DiskWatch disk_watch;
#endif

enum class Sync : std::uint8_t { no, yes };
enum class Access : std::uint8_t { everybody, owner };  // mode 0644 or 0600, before umask

// The whole file or the old one, never a part: temporary in the same directory, written, synced if asked,
// renamed.
Status replace_file(const Path& path, std::string_view bytes, Sync sync, Access access = Access::everybody);
// The same without sync, but only where the bytes differ. Says whether it wrote. For one writer at a time:
// the temporary has the same name each time, so that what a killed one left is used up by the next.
Result<bool> replace_if_changed(const Path& path, std::string_view bytes);
Path temporary_of(const Path& path);
// Makes an empty file; true if it was not there.
Result<bool> make_empty_file(const Path& path);
Result<bool> remove_file(const Path& path);  // false if it was not there

// All missing directories of a path; with Sync::yes each new name is made durable.
Status make_directories(const Path& path, Sync sync = Sync::no);
// Names without "." and "..", sorted. A directory that is not there has none.
Result<std::vector<std::string>> list_directory(const Path& path);

// An exclusive lock on an open file, until the Fd is closed: of the open file description (OFD) where the
// kernel has it, else of the process. busy if somebody else still holds it after `wait`.
Status lock_file(const Fd& file, Millis wait, const Path& name_for_errors);
void unlock_file(const Fd& file);

// A file that is there only to be locked. `busy` names the path.
class LockFile {
 public:
  static Result<LockFile> take(const Path& path, Millis wait);

 private:
  explicit LockFile(Fd file) : file_(std::move(file)) {}
  Fd file_;
};

}  // namespace testfarm

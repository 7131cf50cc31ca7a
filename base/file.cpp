#include "base/file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

ErrorKind kind_of(int code) {
  switch (code) {
    case ENOENT:
    case ENOTDIR: return ErrorKind::not_found;
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return ErrorKind::no_space;
    case EAGAIN:
    case EACCES: return code == EAGAIN ? ErrorKind::busy : ErrorKind::io;
    default: return ErrorKind::io;
  }
}

// Calls again while a signal interrupts.
template <typename Call>
auto uninterrupted(Call call) {
  for (;;) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

FileFacts facts_from(const struct stat& status) {
  return {.size = static_cast<std::uint64_t>(status.st_size),
          .device = status.st_dev,
          .inode = status.st_ino,
          .modified = Millis{status.st_mtim.tv_sec} * second_ms + status.st_mtim.tv_nsec / 1'000'000};
}

void sleep_ms(Millis duration) {
  const timespec time{duration / second_ms, duration % second_ms * 1'000'000};
  nanosleep(&time, nullptr);
}

// Removes a temporary file unless it was renamed to its place.
class Temporary {
 public:
  explicit Temporary(Path path) : path_(std::move(path)) {}
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (!path_.empty()) unlink(path_.c_str());
  }
  const Path& path() const { return path_; }
  void keep() { path_.clear(); }

 private:
  Path path_;
};

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    reset();
    number_ = other.release();
  }
  return *this;
}

void Fd::reset() {
  if (number_ >= 0) close(number_);
  number_ = -1;
}

Error system_error(std::string_view what, const Path& path) {
  const int code = errno;
  return {kind_of(code), concat(what, ' ', path.string(), ": ", std::strerror(code))};
}

Result<Fd> open_file(const Path& path, Open how) {
  int flags = O_CLOEXEC | O_NOFOLLOW;
  switch (how) {
    case Open::read: flags |= O_RDONLY; break;
    case Open::append: flags |= O_RDWR | O_APPEND; break;
    case Open::append_create: flags |= O_RDWR | O_APPEND | O_CREAT; break;
    case Open::update_create: flags |= O_RDWR | O_CREAT; break;
    case Open::replace: flags |= O_WRONLY | O_CREAT | O_TRUNC; break;
  }
  const int number = uninterrupted([&] { return open(path.c_str(), flags, 0644); });
  if (number < 0) return fail(system_error("could not open", path));
  return Fd(number);
}

bool unchanged(const std::optional<FileFacts>& before, const std::optional<FileFacts>& now) {
  if (!before || !now) return before.has_value() == now.has_value();
  return before->same_file(*now) && before->modified == now->modified && before->size == now->size;
}

Result<FileFacts> facts_of(const Fd& file, const Path& name_for_errors) {
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return fail(system_error("could not look at", name_for_errors));
  return facts_from(status);
}

Result<std::optional<FileFacts>> facts_at(const Path& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) == 0) return facts_from(status);
  if (errno == ENOENT || errno == ENOTDIR) return std::optional<FileFacts>{};
  return fail(system_error("could not look at", path));
}

Result<FreeSpace> free_space(const Path& path) {
  struct statvfs status {};
  if (uninterrupted([&] { return statvfs(path.c_str(), &status); }) != 0)
    return fail(system_error("could not ask for the free space of", path));
  FreeSpace space{std::uint64_t{status.f_bavail} * status.f_frsize, std::nullopt};
  if (status.f_files > 0) space.inodes = status.f_favail;
  return space;
}

bool file_exists(const Path& path) { return access(path.c_str(), F_OK) == 0; }

Result<std::string> read_at(const Fd& file, std::uint64_t offset, std::size_t count,
                            const Path& name_for_errors) {
  std::string bytes(count, '\0');
  std::size_t filled = 0;
  while (filled < count) {
    const ssize_t got = uninterrupted([&] {
      return pread(file.get(), bytes.data() + filled, count - filled, static_cast<off_t>(offset + filled));
    });
    if (got < 0) return fail(system_error("could not read", name_for_errors));
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

Result<std::string> read_file(const Path& path, std::size_t most) {
  TRY_SET(const Fd file, open_file(path, Open::read));
  TRY_SET(const FileFacts facts, facts_of(file, path));
  if (facts.size > most)
    return fail(ErrorKind::too_large, concat(path.string(), " is over ", most, " bytes"));
  // Files of /proc say size 0 and have bytes all the same: read until there are no more.
  std::string bytes;
  for (;;) {
    const std::size_t want =
        std::max<std::size_t>(facts.size > bytes.size() ? facts.size - bytes.size() : 0, 4096);
    TRY_SET(const std::string piece, read_at(file, bytes.size(), want, path));
    bytes += piece;
    if (bytes.size() > most)
      return fail(ErrorKind::too_large, concat(path.string(), " is over ", most, " bytes"));
    if (piece.size() < want) return bytes;
  }
}

Result<std::optional<std::string>> read_file_if_there(const Path& path, std::size_t most) {
  auto bytes = read_file(path, most);
  if (bytes) return std::optional(std::move(*bytes));
  if (bytes.error().kind == ErrorKind::not_found) return std::optional<std::string>{};
  return fail(std::move(bytes).error());
}

Result<std::optional<FileTail>> read_tail(const Path& path, std::uint64_t most) {
  const auto file = open_file(path, Open::read);
  if (!file && file.error().kind == ErrorKind::not_found) return std::optional<FileTail>{};
  if (!file) return fail(file.error());
  TRY_SET(const FileFacts facts, facts_of(*file, path));
  FileTail tail{facts.size > most ? facts.size - most : 0, {}};
  TRY_SET(tail.bytes, read_at(*file, tail.from, static_cast<std::size_t>(std::min(most, facts.size)), path));
  return std::optional(std::move(tail));
}

Status write_all(const Fd& file, std::string_view bytes, const Path& name_for_errors) {
  while (!bytes.empty()) {
    const ssize_t written = uninterrupted([&] { return write(file.get(), bytes.data(), bytes.size()); });
    if (written < 0) return fail(system_error("could not write", name_for_errors));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Status write_at(const Fd& file, std::uint64_t offset, std::string_view bytes, const Path& name_for_errors) {
  while (!bytes.empty()) {
    const ssize_t written = uninterrupted(
        [&] { return pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    if (written < 0) return fail(system_error("could not write", name_for_errors));
    offset += static_cast<std::uint64_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

#ifdef TESTFARM_STEPS
DiskWatch disk_watch;
#endif

Status sync_data(const Fd& file, const Path& name_for_errors) {
  // Not again after EINTR or EIO: what a failed sync dropped, a second one would call written.
  if (fdatasync(file.get()) != 0) return fail(system_error("could not sync", name_for_errors));
#ifdef TESTFARM_STEPS
  if (disk_watch.file != nullptr) disk_watch.file(file.get());
#endif
  return {};
}

Status cut_file(const Fd& file, std::uint64_t size, const Path& name_for_errors) {
  if (uninterrupted([&] { return ftruncate(file.get(), static_cast<off_t>(size)); }) != 0)
    return fail(system_error("could not cut", name_for_errors));
  return {};
}

Status sync_directory(const Path& directory) {
  const Fd handle(open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!handle) return fail(system_error("could not open", directory));
  if (fsync(handle.get()) != 0) return fail(system_error("could not sync", directory));
#ifdef TESTFARM_STEPS
  if (disk_watch.directory != nullptr) disk_watch.directory(directory.c_str());
#endif
  return {};
}

namespace {

Status replace_by(Temporary& temporary, int flags, const Path& path, std::string_view bytes, Sync sync,
                  mode_t mode) {
  {
    const Fd file(open(temporary.path().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, mode));
    if (!file) return fail(system_error("could not make", temporary.path()));
    TRY(write_all(file, bytes, temporary.path()));
    if (sync == Sync::yes) TRY(sync_data(file, temporary.path()));
  }
  if (rename(temporary.path().c_str(), path.c_str()) != 0)
    return fail(system_error("could not replace", path));
  temporary.keep();
  if (sync == Sync::yes) TRY(sync_directory(path.parent_path()));
  return {};
}

}  // namespace

Status replace_file(const Path& path, std::string_view bytes, Sync sync, Access access) {
  Temporary temporary(concat(path.string(), ".tmp-", getpid(), '-', random_name(4)));
  return replace_by(temporary, O_EXCL, path, bytes, sync, access == Access::owner ? 0600 : 0644);
}

Path temporary_of(const Path& path) {
  return path.parent_path() / concat('.', path.filename().string(), ".tmp");
}

Result<bool> replace_if_changed(const Path& path, std::string_view bytes) {
  TRY_SET(const auto facts, facts_at(path));
  if (facts && facts->size == bytes.size()) {
    TRY_SET(const auto old, read_file_if_there(path));
    if (old && *old == bytes) return false;
  }
  Temporary temporary(temporary_of(path));
  TRY(replace_by(temporary, O_TRUNC, path, bytes, Sync::no, 0644));
  return true;
}

Result<bool> make_empty_file(const Path& path) {
  const Fd file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (file) return true;
  if (errno == EEXIST) return false;
  return fail(system_error("could not make", path));
}

Result<bool> remove_file(const Path& path) {
  if (unlink(path.c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  return fail(system_error("could not remove", path));
}

Status make_directories(const Path& path, Sync sync) {
  std::vector<Path> missing;
  for (Path at = path; !at.empty() && !file_exists(at); at = at.parent_path()) missing.push_back(at);
  for (auto at = missing.rbegin(); at != missing.rend(); ++at) {
    if (mkdir(at->c_str(), 0755) != 0 && errno != EEXIST) return fail(system_error("could not make", *at));
    if (sync == Sync::yes) TRY(sync_directory(at->parent_path()));
  }
  return {};
}

Result<std::vector<std::string>> list_directory(const Path& path) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
  if (!directory) {
    if (errno == ENOENT) return names;
    return fail(system_error("could not list", path));
  }
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(directory.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return fail(system_error("could not list", path));
  std::sort(names.begin(), names.end());
  return names;
}

namespace {
int set_lock(int file, short type) {
  struct flock request {};
  request.l_type = type;
  request.l_whence = SEEK_SET;
#ifdef F_OFD_SETLK
  if (fcntl(file, F_OFD_SETLK, &request) == 0) return 0;
  if (errno != EINVAL) return -1;
#endif
  return fcntl(file, F_SETLK, &request);
}
}  // namespace

Status lock_file(const Fd& file, Millis wait, const Path& name_for_errors) {
  const Millis until = system_clock().boot_time() + wait;
  for (Millis pause = 1;; pause = std::min<Millis>(pause * 2, 20)) {
    if (set_lock(file.get(), F_WRLCK) == 0) return {};
    if (errno != EAGAIN && errno != EACCES && errno != EINTR)
      return fail(system_error("could not lock", name_for_errors));
    if (system_clock().boot_time() >= until)
      return fail(ErrorKind::busy, concat(name_for_errors.string(), " is locked by another process"));
    sleep_ms(pause);
  }
}

void unlock_file(const Fd& file) { set_lock(file.get(), F_UNLCK); }

Result<LockFile> LockFile::take(const Path& path, Millis wait) {
  TRY_SET(Fd file, open_file(path, Open::append_create));
  TRY(lock_file(file, wait, path));
  return LockFile(std::move(file));
}

}  // namespace testfarm

#include "support/power_cut.hpp"

#ifdef TESTFARM_STEPS

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "base/text.hpp"

namespace testfarm {
namespace {

// What is durable lies in `shadow`: files/INODE-BIRTH has bytes, dirs/PATH the names of a directory.
Path watched_root;
Path shadow;

std::string file_key(int directory, const char* path, int flags) {
  struct statx status {};
  if (statx(directory, path, flags, STATX_INO | STATX_BTIME, &status) != 0) return {};
  return concat(status.stx_ino, '-', status.stx_btime.tv_sec, '-', status.stx_btime.tv_nsec);
}

std::string key_of_path(const Path& path) { return file_key(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW); }

Path shadow_of_directory(const Path& directory) {
  std::string name = directory.lexically_normal().string();
  std::replace(name.begin(), name.end(), '/', '%');
  return shadow / "dirs" / name;
}

std::string bytes_at(const Path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void keep_file(int descriptor) {
  // By its name in /proc: it may be open for writing only.
  std::ofstream(shadow / "files" / file_key(descriptor, "", AT_EMPTY_PATH), std::ios::binary)
      << bytes_at(concat("/proc/self/fd/", descriptor));
}

void keep_directory(const char* path) {
  std::ofstream list(shadow_of_directory(path));
  for (const auto& entry : std::filesystem::directory_iterator(path))
    list << (entry.is_directory() ? "directory" : key_of_path(entry.path())) << ' '
         << entry.path().filename().string() << '\n';
}

void keep_everything(const Path& directory) {
  keep_directory(directory.c_str());
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.is_directory())
      keep_everything(entry.path());
    else if (entry.is_regular_file())
      std::ofstream(shadow / "files" / key_of_path(entry.path()), std::ios::binary) << bytes_at(entry.path());
  }
}

// Names of a directory with what they lead to, as far as the disk has it.
std::map<std::string, std::string> durable_names(const Path& directory) {
  std::map<std::string, std::string> names;
  std::ifstream list(shadow_of_directory(directory));
  for (std::string key, name; list >> key >> name;) names[name] = key;
  return names;
}

void restore(const Path& directory, const std::set<std::string>& survivors,
             const std::set<std::string>& untouched) {
  const auto durable = durable_names(directory);
  std::set<std::string> names;
  for (const auto& [name, key] : durable) names.insert(name);
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    names.insert(entry.path().filename().string());
  for (const auto& name : names) {
    const Path path = directory / name;
    if (untouched.contains(path.lexically_relative(watched_root).string())) continue;
    const auto known = durable.find(name);
    const bool stands = survivors.contains(name) ? std::filesystem::exists(path) : known != durable.end();
    if (!stands) {
      std::filesystem::remove_all(path);
      continue;
    }
    if (std::filesystem::is_directory(path) || (known != durable.end() && known->second == "directory")) {
      std::filesystem::create_directories(path);
      restore(path, survivors, untouched);
      continue;
    }
    const std::string key = survivors.contains(name) ? key_of_path(path) : known->second;
    const std::string bytes = bytes_at(shadow / "files" / key);  // nothing where it was never synced
    std::filesystem::remove(path);
    std::ofstream(path, std::ios::binary) << bytes;
  }
}

}  // namespace

PowerCut::PowerCut(const Path& root) {
  watched_root = root;
  shadow = root.string() + ".durable";
  std::filesystem::create_directories(shadow / "files");
  std::filesystem::create_directories(shadow / "dirs");
  keep_everything(root);
  disk_watch = {keep_file, keep_directory};
}

PowerCut::~PowerCut() {
  disk_watch = {};
  std::filesystem::remove_all(shadow);
}

void PowerCut::strike(const std::set<std::string>& survivors, const std::set<std::string>& untouched) {
  restore(watched_root, survivors, untouched);
  // The machine is up again: what is there now is durable.
  std::filesystem::remove_all(shadow / "files");
  std::filesystem::create_directories(shadow / "files");
  keep_everything(watched_root);
}

}  // namespace testfarm

#endif

#include "bench/child.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

#include "base/file.hpp"
#include "base/text.hpp"

namespace testfarm {

Result<pid_t> start_child(const std::vector<std::string>& command) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  pid_t id = 0;
  const int failed = posix_spawnp(&id, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return fail(ErrorKind::unavailable, concat(command[0], " could not be started"));
  return id;
}

Result<Used> run_child(const std::vector<std::string>& command) {
  const auto begun = std::chrono::steady_clock::now();
  TRY_SET(const pid_t id, start_child(command));
  int status = 0;
  rusage usage{};
  if (wait4(id, &status, 0, &usage) != id) return fail(system_error("wait4", command[0]));
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return fail(ErrorKind::internal, concat(command[0], " ended with ", status));
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return Used{std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count(),
              seconds(usage.ru_utime) + seconds(usage.ru_stime), static_cast<double>(usage.ru_maxrss) / 1024};
}

void end_child(pid_t id) {
  kill(id, SIGTERM);
  waitpid(id, nullptr, 0);
}

}  // namespace testfarm

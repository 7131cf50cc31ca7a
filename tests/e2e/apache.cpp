#include "e2e/apache.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "support/loopback.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX asks for it, glibc has it already

namespace testfarm {
Process::Process(const std::vector<std::string>& command, const Path& log, const Path& directory,
                 const Path& input, const std::vector<std::string>& environment) {
  // Everything is made before the fork: other threads of the test may hold the allocator's locks during it.
  std::vector<std::string> texts = command;
  std::vector<std::string> variables = environment;
  std::vector<char*> arguments;
  std::vector<char*> envp;
  for (auto& text : texts) arguments.push_back(text.data());
  for (auto& variable : variables) envp.push_back(variable.data());
  for (char** variable = environ; *variable != nullptr; ++variable) envp.push_back(*variable);
  arguments.push_back(nullptr);
  envp.push_back(nullptr);
  id_ = fork();
  if (id_ != 0) return;
  const int in = open(input.c_str(), O_RDONLY);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  if (chdir(directory.c_str()) == 0) execve(arguments[0], arguments.data(), envp.data());
  _exit(127);
}

Process::~Process() {
  if (ended_) return;
  signal(SIGTERM);
  for (int i = 0; i < 250 && running(); ++i) usleep(20000);
  if (!ended_) signal(SIGKILL);
  wait();
}

void Process::signal(int number) const {
  if (!ended_) kill(id_, number);
}

int Process::wait() {
  int status = 0;
  if (!ended_ && waitpid(id_, &status, 0) == id_) {
    ended_ = true;
    status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
  return status_;
}

bool Process::running() {
  int status = 0;
  if (!ended_ && waitpid(id_, &status, WNOHANG) == id_) {
    ended_ = true;
    status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
  return !ended_;
}

std::uint64_t wanted(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return to_unsigned(text == nullptr ? "" : text).value_or(otherwise);
}

int free_port() {
  int port = 0;
  BOOST_REQUIRE(bound_socket(port, 0));
  return port;
}

RunningFarm::RunningFarm(const std::string& kind)
    : port_(free_port()), address_(concat("http://127.0.0.1:", port_)) {
  const std::string farm = (directory_ / "farm").string();
  std::filesystem::create_directories(site());
  run({"testfarm-admin", "init", farm, "--url", address_, "--site", site().string(), "--title",
       "End to end"});
  run({"testfarm-admin", "project", "add", farm, "p", "--title", "Project P"});
  const std::vector<std::string> command{(programs() / "private-apache").string(),
                                         (directory_ / "httpd").string(),
                                         std::to_string(port_),
                                         site().string(),
                                         farm,
                                         (programs() / "testfarm.fcgi").string(),
                                         kind};
  apache_ = std::make_unique<Process>(command, directory_ / "apache.log", directory_.path());
  for (int i = 0; i < 500 && !connected(port_); ++i) {
    BOOST_REQUIRE_MESSAGE(apache_->running(), read_file(directory_ / "apache.log").value_or("no log"));
    usleep(20000);
  }
}

RunningFarm::~RunningFarm() = default;

std::string RunningFarm::run(const std::vector<std::string>& command, int expected,
                             const std::string& directory) {
  auto whole = command;
  whole[0] = (programs() / command[0]).string();
  const Path log = directory_ / concat("run-", random_name(8), ".log");
  std::filesystem::create_directories(directory_ / directory);
  const int status = Process(whole, log, directory_ / directory).wait();
  std::string printed = read_file(log).value_or("");
  std::filesystem::remove(log);
  BOOST_TEST(status == expected, command[0] << " ended with " << status << ":\n" << printed);
  return printed;
}

Path RunningFarm::init_client(const std::string& name) {
  const std::string invited =
      run({"testfarm-admin", "client", "invite", (directory_ / "farm").string(), "p", name});
  const auto at = invited.find("--invite ") + 9;
  const std::string code = invited.substr(at, invited.find('\n', at) - at);
  run({"testfarm", "init", "--server", address_, "--invite", code}, 0, name);
  return directory_ / name;
}

RunningFarm::Caller RunningFarm::caller(const Path& client_directory) const {
  Caller caller;
  caller.transport = must(curl_transport());
  caller.api = std::make_unique<FarmApi>(
      *caller.transport, address_, must(read_key_file(client_directory / "testfarm.key")), system_clock());
  return caller;
}

std::string RunningFarm::raw(const std::string& bytes, Then then) const {
  const Fd socket = connected(port_);
  // A server may answer and close before it has read everything.
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = send(socket.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) break;
    sent += static_cast<std::size_t>(count);
  }
  if (then == Then::half_close) shutdown(socket.get(), SHUT_WR);
  std::string answer;
  char piece[4096];
  for (ssize_t got = 0; (got = recv(socket.get(), piece, sizeof piece, 0)) > 0;)
    answer.append(piece, static_cast<std::size_t>(got));
  return answer;
}

std::vector<pid_t> RunningFarm::endpoints() const {
  const std::string wanted = (programs() / "testfarm.fcgi").string();
  const std::string farm = (directory_ / "farm").string();
  std::vector<pid_t> ids;
  for (const auto& name : must(list_directory("/proc"))) {
    const auto id = to_signed(name);
    if (!id) continue;
    const std::string line = read_file(concat("/proc/", name, "/cmdline")).value_or("");
    if (line.starts_with(wanted + '\0') && line.find(farm) != std::string::npos)
      ids.push_back(static_cast<pid_t>(*id));
  }
  return ids;
}

std::string plain_log(const Layout& layout, const ExecutionKey& key) {
  const std::string log = read_file(layout.log(key)).value_or("");
  std::string text;
  for (const auto line : split_lines(log))
    if (!line.starts_with('#')) text.append(line) += '\n';
  return text;
}

}  // namespace testfarm

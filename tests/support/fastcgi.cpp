#include "support/fastcgi.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstring>

#include "base/text.hpp"

namespace testfarm {
namespace {

enum : unsigned char { begin_request = 1, end_request = 3, params = 4, stdin_stream = 5, stdout_stream = 6 };
constexpr std::size_t most_content = 65528;  // of a record; a multiple of 8

void append_record(std::string& to, unsigned char type, std::string_view content) {
  const std::size_t size = content.size();
  const char head[8] = {
      1, static_cast<char>(type), 0, 1, static_cast<char>(size >> 8), static_cast<char>(size & 0xFF), 0, 0};
  to.append(head, sizeof head);
  to.append(content);
}

void append_stream(std::string& to, unsigned char type, std::string_view content) {
  for (; !content.empty(); content.remove_prefix(std::min(content.size(), most_content)))
    append_record(to, type, content.substr(0, most_content));
  append_record(to, type, {});
}

void append_length(std::string& to, std::size_t length) {
  if (length < 128) {
    to += static_cast<char>(length);
    return;
  }
  to += static_cast<char>(0x80 | (length >> 24));
  to += static_cast<char>(length >> 16 & 0xFF);
  to += static_cast<char>(length >> 8 & 0xFF);
  to += static_cast<char>(length & 0xFF);
}

std::string request_bytes(const FcgiVariables& variables, std::string_view body) {
  std::string pairs;
  for (const auto& [name, value] : variables) {
    append_length(pairs, name.size());
    append_length(pairs, value.size());
    pairs += name;
    pairs += value;
  }
  std::string bytes;
  append_record(bytes, begin_request,
                std::string_view("\0\1\0\0\0\0\0\0", 8));  // responder, close afterwards
  append_stream(bytes, params, pairs);
  append_stream(bytes, stdin_stream, body);
  return bytes;
}

// The stdout of an answer, if its end record is there.
Result<std::string> stdout_of(std::string_view answer) {
  std::string text;
  while (answer.size() >= 8) {
    const auto byte = [&](std::size_t at) {
      return static_cast<std::size_t>(static_cast<unsigned char>(answer[at]));
    };
    const std::size_t size = byte(4) << 8 | byte(5);
    const std::size_t padding = byte(6);
    if (answer.size() < 8 + size) break;
    if (byte(1) == stdout_stream) text.append(answer.substr(8, size));
    if (byte(1) == end_request) return text;
    answer.remove_prefix(std::min(answer.size(), 8 + size + padding));
  }
  return fail(ErrorKind::unavailable, "the program went away before the end of its answer");
}

sockaddr_un address_of(const Path& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket.c_str(), sizeof address.sun_path - 1);
  return address;
}

}  // namespace

std::string variable_of_header(std::string_view name) {
  std::string variable = name == "Content-Type" ? "CONTENT_TYPE" : concat("HTTP_", name);
  for (char& c : variable)
    c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return variable;
}

Result<std::string> fcgi_call(const Path& socket, const FcgiVariables& variables, std::string_view body) {
  const Fd connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{30, 0};
  setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const sockaddr_un address = address_of(socket);
  if (connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return fail(ErrorKind::unavailable, system_error("could not connect to", socket).context);
  const std::string bytes = request_bytes(variables, body);
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = send(connection.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;  // it may have answered all the same
    sent += static_cast<std::size_t>(count);
  }
  std::string answer;
  char piece[16 * 1024];
  for (;;) {
    const ssize_t got = recv(connection.get(), piece, sizeof piece, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    answer.append(piece, static_cast<std::size_t>(got));
  }
  return stdout_of(answer);
}

Result<FcgiSpawner> FcgiSpawner::start(std::vector<std::string> command, Path socket, std::size_t processes,
                                       Path log) {
  Fd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = address_of(socket);
  unlink(socket.c_str());
  if (bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener.get(), 1024) != 0)
    return fail(system_error("could not listen on", socket));
  FcgiSpawner spawner(std::move(command), std::move(socket), std::move(listener), std::move(log));
  while (spawner.ids_.size() < processes) spawner.ids_.push_back(spawner.spawn());
  return spawner;
}

FcgiSpawner::~FcgiSpawner() {
  for (const pid_t id : ids_) kill(id, SIGTERM);
  for (const pid_t id : ids_) {
    int waited = 0;
    while (waitpid(id, nullptr, WNOHANG) == 0) {
      if (++waited == 200) kill(id, SIGKILL);
      usleep(10000);
    }
  }
  if (listener_) unlink(socket_.c_str());
}

pid_t FcgiSpawner::spawn() const {
  std::vector<char*> arguments;
  for (const auto& argument : command_) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const pid_t id = fork();
  if (id != 0) return id;
  const int log = open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(listener_.get(), 0);
  dup2(log, 2);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

std::size_t FcgiSpawner::replace_ended() {
  std::size_t ended = 0;
  for (pid_t& id : ids_) {
    if (waitpid(id, nullptr, WNOHANG) != id) continue;
    id = spawn();
    ++ended;
  }
  return ended;
}

}  // namespace testfarm

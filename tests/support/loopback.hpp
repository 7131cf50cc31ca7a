// Sockets of this machine only, for tests and benches.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <utility>

#include "base/file.hpp"

namespace testfarm {

inline sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): sockets(7)
inline const sockaddr* plain(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

// Bound to a port of the kernel's choice, and listening where `backlog` is more than 0; `port` is then that
// port. Not open where that failed.
inline Fd bound_socket(int& port, int backlog) {
  Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(socket.get(), plain(address), size) != 0) return {};
  if (backlog > 0 && listen(socket.get(), backlog) != 0) return {};
  if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  port = ntohs(address.sin_port);
  return socket;
}
// NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)

// Not open where nobody listens.
inline Fd connected(int port) {
  Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(port);
  return connect(socket.get(), plain(address), sizeof address) == 0 ? std::move(socket) : Fd();
}

}  // namespace testfarm

#include "e2e/weather.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "base/text.hpp"

namespace testfarm {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

const sockaddr* plain(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(
      &address);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast): sockets(7)
}

void send_all(const Fd& socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

// A whole request, by its Content-Length.
std::string request_from(const Fd& client) {
  std::string request;
  char piece[8192];
  for (;;) {
    const auto head = request.find("\r\n\r\n");
    if (head != std::string::npos) {
      constexpr std::string_view name = "Content-Length: ";
      const auto at = request.find(name);
      const auto end = request.find('\r', at);
      const auto length =
          at == std::string::npos || at > head
              ? 0
              : to_unsigned(std::string_view(request).substr(at + name.size(), end - at - name.size()))
                    .value_or(0);
      if (request.size() >= head + 4 + length) return request;
    }
    const ssize_t got = recv(client.get(), piece, sizeof piece, 0);
    if (got <= 0) return {};
    request.append(piece, static_cast<std::size_t>(got));
  }
}

}  // namespace

Weather::Weather(int farm_port, std::uint64_t seed) : farm_port_(farm_port), dice_(seed) {
  listener_ = Fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  BOOST_REQUIRE(bind(listener_.get(), plain(address), size) == 0);
  BOOST_REQUIRE(listen(listener_.get(), 64) == 0);
  getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address),
              &size);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { work(); });
}

Weather::~Weather() {
  stop_ = true;
  thread_.join();
}

std::string Weather::address() const { return cat("http://127.0.0.1:", port_); }

unsigned Weather::roll(unsigned sides) {
  const std::scoped_lock lock(dice_mutex_);
  return static_cast<unsigned>(dice_() % sides);
}

void Weather::work() {
  while (!stop_) {
    pollfd wait{listener_.get(), POLLIN, 0};
    if (poll(&wait, 1, 50) <= 0) continue;
    Fd client(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client || down) continue;
    const timeval patience{5, 0};
    setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ++served_;
    std::thread([this, client = std::move(client)]() mutable {
      serve(std::move(client));
      --served_;
    }).detach();
  }
  while (served_ > 0) usleep(10'000);
}

std::string Weather::from_farm(const std::string& request) const {
  const Fd farm(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(farm_port_);
  if (connect(farm.get(), plain(address), sizeof address) != 0) return {};
  // One request a connection, so that the end of the answer is the connection's.
  std::string once = request;
  once.insert(once.find("\r\n") + 2, "Connection: close\r\n");
  send_all(farm, once);
  std::string answer;
  char piece[8192];
  for (ssize_t got = 0; (got = recv(farm.get(), piece, sizeof piece, 0)) > 0;)
    answer.append(piece, static_cast<std::size_t>(got));
  return answer;
}

void Weather::serve(Fd client) {
  const std::string request = request_from(client);
  if (request.empty()) return;
  if (roll(100) >= bad_per_hundred) {
    ++passed;
    return send_all(client, from_farm(request));
  }
  ++hindered;
  constexpr std::string_view html =
      "HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 10\r\nConnection: "
      "close\r\n\r\n<h1>no</h1";
  switch (roll(7)) {
    case 0: return;                                                           // the request is lost
    case 1: from_farm(request); return;                                       // the answer is lost
    case 2: from_farm(request); return send_all(client, from_farm(request));  // doubled on its way
    case 3: usleep(200'000); return send_all(client, from_farm(request));     // late
    case 4: return send_all(client, html);                                    // somebody else answers
    case 5: from_farm(request); return send_all(client, html);
    default: {  // cut in the middle
      const std::string answer = from_farm(request);
      return send_all(client, std::string_view(answer).substr(0, answer.size() / 2));
    }
  }
}

}  // namespace testfarm

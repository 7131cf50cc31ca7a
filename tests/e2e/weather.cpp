#include "e2e/weather.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "base/text.hpp"
#include "support/loopback.hpp"

namespace testfarm {
namespace {

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
  listener_ = bound_socket(port_, 64);
  BOOST_REQUIRE(listener_);
  thread_ = std::thread([this] { work(); });
}

Weather::~Weather() {
  stop_ = true;
  thread_.join();
}

std::string Weather::address() const { return concat("http://127.0.0.1:", port_); }

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
  const Fd farm = connected(farm_port_);
  if (!farm) return {};
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

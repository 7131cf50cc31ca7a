#include "bench/http_load.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/file.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

using Clock = std::chrono::steady_clock;

double ms_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

Result<Fd> connected(int port) {
  Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int at_once = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
  if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return fail(system_error("could not connect to", "127.0.0.1"));
  return socket;
}

// Bytes of a whole answer at the beginning of `text`, or 0.
std::size_t answer_size(std::string_view text) {
  const auto head = text.find("\r\n\r\n");
  if (head == std::string_view::npos) return 0;
  const auto at = text.substr(0, head).find("Content-Length: ");
  const std::string_view number =
      at == std::string_view::npos ? "0" : text.substr(at + 16, text.find('\r', at) - at - 16);
  const std::size_t whole = head + 4 + to_unsigned(number).value_or(0);
  return whole <= text.size() ? whole : 0;
}

class Load {
 public:
  Load(int port, const std::vector<Lane>& lanes, double seconds)
      : port_(port),
        lanes_(lanes),
        until_(Clock::now() + std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6))) {}

  Result<LoadResult> run(std::size_t connections) {
    poll_ = Fd(epoll_create1(EPOLL_CLOEXEC));
    lines_.resize(std::min(connections, lanes_.size()));
    const auto begun = Clock::now();
    for (Line& line : lines_) {
      TRY(open_line(line));
      TRY(next(line));
    }
    while (busy_ > 0) TRY(wait());
    result_.seconds = ms_between(begun, std::min(Clock::now(), until_)) / 1000;
    std::sort(times_.begin(), times_.end());
    if (times_.empty()) return fail(ErrorKind::internal, "no request was sent");
    result_.p50_ms = times_[times_.size() / 2];
    result_.p99_ms = times_[times_.size() * 99 / 100];
    result_.worst_ms = times_.back();
    return result_;
  }

 private:
  struct Line {
    Fd socket;
    std::size_t lane = 0, request = 0;
    bool in_lane = false;
    Clock::time_point sent;
    std::string answer;
  };

  Status open_line(Line& line) {
    TRY_SET(line.socket, connected(port_));
    epoll_event event{EPOLLIN, {}};
    event.data.u64 = static_cast<std::uint64_t>(&line - lines_.data());
    if (epoll_ctl(poll_.get(), EPOLL_CTL_ADD, line.socket.get(), &event) != 0)
      return fail(system_error("could not watch a connection to", "127.0.0.1"));
    return {};
  }

  Status next(Line& line) {
    if (line.in_lane && ++line.request == lanes_[line.lane].size()) {
      line.in_lane = false;
      --busy_;
    }
    if (!line.in_lane) {
      if (next_lane_ == lanes_.size() || Clock::now() >= until_) return {};
      line.lane = next_lane_++;
      line.request = 0;
      line.in_lane = true;
      ++busy_;
    }
    line.sent = Clock::now();
    return send_all(line.socket, lanes_[line.lane][line.request]);
  }

  static Status send_all(const Fd& socket, const LoadRequest& request) {
    std::array<iovec, 2> parts{iovec{const_cast<char*>(request.head.data()), request.head.size()},
                               iovec{const_cast<char*>(request.body->data()), request.body->size()}};
    std::size_t at = 0;
    while (at < parts.size()) {
      msghdr message{};
      message.msg_iov = parts.data() + at;
      message.msg_iovlen = parts.size() - at;
      const ssize_t count = sendmsg(socket.get(), &message, MSG_NOSIGNAL);
      if (count < 0) return fail(system_error("could not send to", "127.0.0.1"));
      auto sent = static_cast<std::size_t>(count);
      while (at < parts.size() && sent >= parts[at].iov_len) sent -= parts[at++].iov_len;
      if (at == parts.size()) break;
      parts[at].iov_base = static_cast<char*>(parts[at].iov_base) + sent;
      parts[at].iov_len -= sent;
    }
    return {};
  }

  Status wait() {
    std::array<epoll_event, 64> events{};
    const int count = epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()), 30000);
    if (count == 0) return fail(ErrorKind::unavailable, "no answer for 30 seconds");
    for (int i = 0; i < count; ++i) TRY(receive(lines_[events[static_cast<std::size_t>(i)].data.u64]));
    return {};
  }

  Status receive(Line& line) {
    std::array<char, 8192> piece{};
    const ssize_t got = recv(line.socket.get(), piece.data(), piece.size(), 0);
    // A server may close a connection that it keeps alive when it likes: the same again on another.
    if (got <= 0 && line.in_lane && line.answer.empty() && ++reopened_ < 1000) {
      TRY(open_line(line));
      return send_all(line.socket, lanes_[line.lane][line.request]);
    }
    if (got <= 0 && line.in_lane) return fail(ErrorKind::unavailable, "the server closed a connection");
    if (got <= 0) {
      line.socket.reset();
      return {};
    }
    line.answer.append(piece.data(), static_cast<std::size_t>(got));
    const std::size_t size = answer_size(line.answer);
    if (size == 0) return {};
    if (!line.answer.starts_with("HTTP/1.1 2"))
      return fail(ErrorKind::unavailable, "answer: " + line.answer.substr(0, 800));
    ++result_.all_requests;
    if (const auto now = Clock::now(); now < until_) {
      times_.push_back(ms_between(line.sent, now));
      ++result_.requests;
      result_.events += lanes_[line.lane][line.request].events;
    }
    line.answer.erase(0, size);
    return next(line);
  }

  int port_;
  const std::vector<Lane>& lanes_;
  Clock::time_point until_;
  Fd poll_;
  std::vector<Line> lines_;
  std::size_t next_lane_ = 0;
  std::size_t busy_ = 0;
  std::size_t reopened_ = 0;
  std::vector<double> times_;
  LoadResult result_;
};

}  // namespace

Result<LoadResult> run_load(int port, const std::vector<Lane>& lanes, std::size_t connections,
                            double seconds) {
  return Load(port, lanes, seconds).run(connections);
}

}  // namespace testfarm

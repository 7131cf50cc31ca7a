// bench/soak: many clients, each at its own pace on connections of its own, for minutes. See the script of
// that name.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iostream>
#include <queue>
#include <sstream>

#include "admin/commands.hpp"
#include "base/command_line.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "bench/apache.hpp"
#include "bench/figures.hpp"
#include "bench/workload.hpp"
#include "schema/limits.hpp"
#include "store/clients/register.hpp"
#include "store/index/index.hpp"
#include "store/index/indexer.hpp"
#include "store/index/rebuild.hpp"

namespace testfarm {

struct SoakOptions {
  std::string directory, programs, tools;
  std::int64_t clients = 1000, minutes = 10;
};

Exit soak(const SoakOptions& options);

namespace {

using Steady = std::chrono::steady_clock;

// One client: an execution after the other, a POST each two seconds or so, each on a connection of its own.
struct Client {
  Sender sender;
  ExecutionKey key;
  std::size_t execution = 0, body = 0;
  Fd socket;
  Steady::time_point sent;
  std::string answer;
};

class Soak {
 public:
  explicit Soak(const SoakOptions& options)
      : options_(options),
        root_(options.directory),
        layout_(root_ / "farm"),
        port_(free_loopback_port()),
        origin_(concat("http://127.0.0.1:", port_)),
        dice_(7),
        executions_(cut_executions(20, 3000, 10, limits::body, 5)) {}

  Status run() {
    TRY(make_farm());
    const std::string extra =
        "StartServers 2\nThreadsPerChild 64\nMaxRequestWorkers 256\nFcgidMinProcessesPerClass "
        "8\nFcgidMaxProcessesPerClass 20\n";
    TRY_SET(const BenchApache apache,
            BenchApache::start({Path(options_.tools) / "private-apache", root_ / "httpd", root_ / "site",
                                layout_.root(), Path(options_.programs) / "testfarm.fcgi", "fcgid", extra,
                                port_}));
    poll_ = Fd(epoll_create1(EPOLL_CLOEXEC));
    const auto begun = Steady::now();
    const auto end = begun + std::chrono::minutes(options_.minutes);
    for (std::size_t i = 0; i < clients_.size(); ++i)
      later(i, begun + std::chrono::milliseconds(dice_() % 2000));
    auto next_look = begun + std::chrono::seconds(30);
    while (Steady::now() < end) {
      TRY(turn(end));
      if (Steady::now() < next_look) continue;
      next_look += std::chrono::seconds(30);
      look();
    }
    while (waiting_ > 0) TRY(receive());
    return judge();
  }

 private:
  Status make_farm() {
    std::ostringstream said;
    TRY(init_farm(layout_, {"Soak", origin_, (root_ / "site").string()}, system_clock(), said));
    TRY_SET(std::string text, read_file(layout_.farm_toml()));
    for (const char* name : {"\nclients_per_project = ", "\nexecutions_per_day = ", "\nbytes_per_day = "}) {
      const auto at = text.find(name) + std::string_view(name).size();
      text.replace(at, text.find('\n', at) - at, "1000000000000");
    }
    TRY(replace_file(layout_.farm_toml(), text, Sync::no));
    TRY_SET(const ProjectId project, ProjectId::parse("soak"));
    TRY(add_project(layout_, project, "Soak", "", said));
    for (std::int64_t i = 0; i < options_.clients; ++i) {
      TRY_SET(ClientId id, ClientId::parse(concat("box", i)));
      const ClientKey key{project, std::move(id)};
      TRY_SET(const std::string secret, invite_client(layout_, key, system_clock().now(), day_ms));
      const KeyPair keys = random_key_pair();
      TRY(register_key(layout_, key, secret, keys.public_key, system_clock().now()));
      clients_.push_back(
          {{key, keys}, {key, random_execution_id(dice_)}, dice_() % executions_.size(), 0, {}, {}, {}});
    }
    return {};
  }

  void later(std::size_t client, Steady::time_point at) { due_.emplace(at, client); }

  // Sends what is due and takes what comes, for a moment.
  Status turn(Steady::time_point end) {
    while (!due_.empty() && due_.top().first <= Steady::now()) {
      const std::size_t client = due_.top().second;
      due_.pop();
      if (Steady::now() < end) TRY(send(client));
    }
    return receive();
  }

  Status send(std::size_t number) {
    Client& client = clients_[number];
    const CutBody& body = executions_[client.execution][client.body];
    const SignedPost post = sign_post(body, client.key, client.sender, origin_, {});
    std::string bytes = concat(
        "POST ", post.target,
        " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: ", body.body->size(), "\r\n");
    for (const auto& [name, value] : post.headers) bytes += concat(name, ": ", value, "\r\n");
    bytes += "\r\n" + *body.body;
    client.sent = Steady::now();
    client.socket = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(client.socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::send(client.socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(bytes.size()))
      return fail(system_error("could not send to", "127.0.0.1"));
    epoll_event event{EPOLLIN, {}};
    event.data.u64 = number;
    if (epoll_ctl(poll_.get(), EPOLL_CTL_ADD, client.socket.get(), &event) != 0)
      return fail(system_error("could not watch a connection to", "127.0.0.1"));
    ++waiting_;
    return {};
  }

  Status receive() {
    std::array<epoll_event, 64> events{};
    const int count = epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()), 2);
    for (int i = 0; i < count; ++i) TRY(take(events[static_cast<std::size_t>(i)].data.u64));
    return {};
  }

  Status take(std::size_t number) {
    Client& client = clients_[number];
    std::array<char, 4096> piece{};
    const ssize_t got = recv(client.socket.get(), piece.data(), piece.size(), 0);
    if (got > 0) {
      client.answer.append(piece.data(), static_cast<std::size_t>(got));
      return {};
    }
    --waiting_;
    client.socket.reset();
    times_.push_back(std::chrono::duration<double, std::milli>(Steady::now() - client.sent).count());
    const std::string answer = std::exchange(client.answer, {});
    const auto pause = std::chrono::milliseconds(1000 + dice_() % 2000);
    if (!answer.starts_with("HTTP/1.1 200")) {
      // A client would send the same again; so does this one, and it is counted.
      if (++refused_ <= 5) std::cerr << "not acknowledged: " << answer.substr(0, 300) << '\n';
    } else if (++client.body == executions_[client.execution].size()) {
      finished_.emplace_back(client.key, client.execution);
      client.key.execution = random_execution_id(dice_);
      client.execution = dice_() % executions_.size();
      client.body = 0;
    }
    later(number, Steady::now() + pause);
    return {};
  }

  void look() {
    double most = 0;
    const auto ids = processes_of(Path(options_.programs) / "testfarm.fcgi");
    for (const pid_t id : ids) most = std::max(most, resident_mib(id));
    memory_.push_back(most);
    std::cerr << times_.size() << " POSTs, " << ids.size() << " endpoints, the largest of "
              << short_number(most) << " MiB\n";
  }

  // One tick's work on the markers, then every finished execution must be there, byte by byte, and closed.
  Status judge() {
    TRY_SET(Index index, rebuild_index(layout_, [](const RebuildProgress&) {}));
    TRY(settle_markers(layout_, index, system_clock().now(),
                       [](const Error& error) { std::cerr << error.context << '\n'; }));
    std::uint64_t lost = 0;
    for (const auto& [key, execution] : finished_) {
      std::string sent, kept;
      for (const CutBody& body : executions_[execution]) sent += *body.body;
      TRY_SET(const std::string log, read_file(layout_.log(key)));
      for (const std::string_view line : split_lines(log))
        if (!line.starts_with('#')) kept.append(line) += '\n';
      TRY_SET(const auto row, index.execution(key));
      if (sent != kept || !row || !row->closed) ++lost;
    }
    std::sort(times_.begin(), times_.end());
    FigureLine line;
    line.set("clients", static_cast<double>(options_.clients));
    line.set("posts", static_cast<double>(times_.size()));
    line.set("executions", static_cast<double>(finished_.size()));
    line.set("p50_ms", times_[times_.size() / 2]);
    line.set("p99_ms", times_[times_.size() * 99 / 100]);
    line.set("worst_ms", times_.back());
    line.set("not_acknowledged", static_cast<double>(refused_));
    line.set("lost", static_cast<double>(lost));
    line.set("rss_mib_first", memory_.empty() ? 0 : memory_.front());
    line.set("rss_mib_last", memory_.empty() ? 0 : memory_.back());
    std::cout << line.json() << '\n';
    return lost == 0 ? Status{}
                     : Status(fail(ErrorKind::internal, concat(counted(lost, "execution"), " lost")));
  }

  const SoakOptions& options_;
  Path root_;
  Layout layout_;
  int port_;
  std::string origin_;
  std::mt19937_64 dice_;
  std::vector<CutExecution> executions_;
  std::vector<Client> clients_;
  using Due = std::pair<Steady::time_point, std::size_t>;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  Fd poll_;
  std::size_t waiting_ = 0;
  std::vector<double> times_, memory_;
  std::uint64_t refused_ = 0;
  std::vector<std::pair<ExecutionKey, std::size_t>> finished_;
};

}  // namespace

Exit soak(const SoakOptions& options) {
  auto done = crypto_ready();
  if (done) done = Soak(options).run();
  if (done) return Exit::ok;
  std::cerr << "bench/soak: " << done.error().context << '\n';
  return Exit::failed;
}

}  // namespace testfarm

// NOLINTNEXTLINE(bugprone-exception-escape): a bench may end so
int main(int argc, char** argv) {
  testfarm::SoakOptions options;
  testfarm::CommandLine line("bench_soak", "Started by bench/soak.");
  line.options()
      .required("directory", options.directory, "An empty directory for farm, logs and servers")
      .required("programs", options.programs, "Directory of testfarm.fcgi")
      .required("tools", options.tools, "Directory of private-apache")
      .option("--clients", options.clients, "How many clients")
      .option("--minutes", options.minutes, "For how long");
  return static_cast<int>(line.run(argc, argv, [&] { return testfarm::soak(options); }));
}

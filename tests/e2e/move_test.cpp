// A farm that moves under clients that run: from http to https, and to another host, behind real servers with
// real certificates.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "client/report/known_farm.hpp"
#include "e2e/apache.hpp"
#include "store/index/history.hpp"

using namespace testfarm;

namespace e2e_move {

// A server in front of the farm's that speaks TLS, as localhost and as 127.0.0.1: two hosts for a client.
class SecureFront {
 public:
  SecureFront(const Path& directory, int to) : directory_(directory), port_(free_port()) {
    std::filesystem::create_directories(directory / "run");
    const std::string make = concat(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=test "
        "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout ",
        (directory / "key.pem").string(), " -out ", certificate().string(), " 2>/dev/null && chmod -R a+rwX ",
        directory.string());
    BOOST_REQUIRE(std::system(make.c_str()) == 0);
    std::ofstream(directory / "front.conf") << text(to);
    apache_ = std::make_unique<Process>(std::vector<std::string>{"/usr/sbin/apache2", "-DFOREGROUND", "-f",
                                                                 (directory / "front.conf").string()},
                                        directory / "front.log", directory);
  }
  Path certificate() const { return directory_ / "cert.pem"; }
  std::string at(const std::string& host) const { return concat("https://", host, ':', port_); }

 private:
  std::string text(int to) const {
    std::string all =
        concat("ServerRoot \"", directory_.string(), "\"\nServerName localhost\nListen 127.0.0.1:", port_,
               "\nPidFile run/pid\nDefaultRuntimeDir run\nMutex pthread\nErrorLog error.log\n");
    for (const char* module : {"mpm_event", "authz_core", "ssl", "proxy", "proxy_http"})
      all += concat("LoadModule ", module, "_module /usr/lib/apache2/modules/mod_", module, ".so\n");
    return all + concat(
                     "SSLEngine on\nSSLCertificateFile cert.pem\nSSLCertificateKeyFile key.pem\nProxyPass / "
                     "http://127.0.0.1:",
                     to, "/\n");
  }
  Path directory_;
  int port_;
  std::unique_ptr<Process> apache_;
};

struct Fixture {
  RunningFarm farm;
  SecureFront front{farm.path() / "front", farm.port()};
  Path origin = farm.path() / "origin";
  static constexpr std::size_t clients = 8;

  Fixture() {
    setenv("SSL_CERT_FILE", front.certificate().c_str(), 1);
    shell("mkdir origin && cd origin && git init -q -b main .");
    commit();
  }
  ~Fixture() { unsetenv("SSL_CERT_FILE"); }
  void shell(const std::string& line) const {
    BOOST_REQUIRE(
        std::system(concat("cd ", farm.path().string(), " && (", line, ") >/dev/null 2>&1").c_str()) == 0);
  }
  void commit() const {
    shell("cd origin && git -c user.name=A -c user.email=a@b commit -q --allow-empty -m more");
  }
  // Eight clients of one file, by one invite.
  void let_in() {
    const std::string told =
        farm.run({"testfarm-admin", "client", "invite", farm.layout().root().string(), "p", "box-*"});
    const auto at = told.find("--invite '") + 10;
    std::filesystem::create_directories(farm.path() / "many");
    std::ofstream(farm.path() / "many/testfarm.toml")
        << "project = \"p\"\nclient = \"box\"\nserver = \"" << farm.address()
        << "\"\nevery = \"1s\"\n[schedule]\nat_once = 8\n[matrix]\nn = [1, 2, 3, 4, 5, 6, 7, "
           "8]\n[[repository]]\nurl = \""
        << origin.string() << "\"\n[[task]]\nname = \"Say\"\ncommands = [\"echo hello\"]\n";
    farm.run({"testfarm", "init", "--server", farm.address(), "--invite",
              told.substr(at, told.find('\'', at) - at)},
             0, "many");
  }
  void move(const std::string& to, const std::vector<std::string>& former) {
    std::string toml = must(read_file(farm.layout().farm_toml()));
    const auto line = toml.find("base_url = \"");
    toml.replace(line, toml.find('\n', line) - line, concat("base_url = \"", to, '"'));
    toml.erase(std::min(toml.find("\n[[former]]\nbase_url"), toml.size()));
    for (const std::string& address : former)
      toml += concat("\n[[former]]\nbase_url = \"", address, "\"\nuntil = \"2999-01-01\"\n");
    must(replace_file(farm.layout().farm_toml(), toml, Sync::no));
  }
  // How many executions of all clients the farm has whole.
  std::size_t executions() {
    farm.generate();
    auto index = must(Index::open(farm.layout(), second_ms));
    BOOST_REQUIRE(index.has_value());
    std::size_t count = 0;
    for (std::size_t i = 1; i <= clients; ++i)
      for (const auto& row : must(History(*index).latest_rows(client_key("p", concat("box-", i)), 100)))
        count += row.summary.progress == Progress::passed && row.summary.lost_events == 0 ? 1U : 0U;
    return count;
  }
  bool all_are_at(const std::string& address) const {
    for (std::size_t i = 1; i <= clients; ++i)
      if (read_known_farm(farm.path() / concat("many/box-", i, ".key")).to != address) return false;
    return true;
  }
  static bool soon(const std::function<bool()>& true_at_last) {
    for (int i = 0; i < 300; ++i) {
      if (true_at_last()) return true;
      usleep(100'000);
    }
    return false;
  }
  std::string feed_id() const {
    const std::string feed = must(read_file(farm.site() / "feed.atom"));
    return feed.substr(feed.find("<id>"), feed.find("</id>") - feed.find("<id>"));
  }
};

}  // namespace e2e_move

BOOST_FIXTURE_TEST_SUITE(e2e_move, e2e_move::Fixture)

BOOST_AUTO_TEST_CASE(eight_clients_follow_and_nothing_is_lost) {
  let_in();
  Process watch({(programs() / "testfarm").string(), "--quiet", "watch"}, farm.path() / "many/log",
                farm.path() / "many");
  BOOST_TEST(soon([&] { return executions() == clients; }));
  const std::string id = feed_id();
  const std::string secure = front.at("127.0.0.1"), elsewhere = front.at("localhost");

  move(secure, {farm.address()});
  commit();
  BOOST_TEST(soon([&] { return executions() == 2 * clients; }));
  BOOST_TEST(soon([&] { return all_are_at(secure); }));

  move(elsewhere, {farm.address(), secure});
  commit();
  BOOST_TEST(soon([&] { return executions() == 3 * clients; }));
  BOOST_TEST(soon([&] { return all_are_at(elsewhere); }), read_file(farm.path() / "many/log").value_or(""));

  // Once nobody answers at the old addresses any more.
  move(elsewhere, {});
  commit();
  BOOST_TEST(soon([&] { return executions() == 4 * clients; }));
  BOOST_TEST(feed_id() == id);
  watch.signal(SIGTERM);
  BOOST_TEST(watch.wait() == 0);
  const std::string status = farm.run({"testfarm-admin", "status", farm.layout().root().string()});
  BOOST_TEST(status.find("Refused in 24 hours: nothing") != std::string::npos, status);
  // A later start goes on there, and says what to write.
  BOOST_TEST(farm.run({"testfarm", "run", "--client", "box-1"}, 0, "many")
                 .find(concat("write server = \"", elsewhere, '"')) != std::string::npos);
}

// Who owns the old name cannot sign for the farm.
BOOST_AUTO_TEST_CASE(another_farm_at_an_old_address_moves_nobody) {
  let_in();
  const std::string secure = front.at("127.0.0.1");
  move(secure, {farm.address()});
  sleep(2);  // the endpoint looks at farm.toml once a second
  farm.run({"testfarm", "run", "--client", "box-1"}, 0, "many");
  BOOST_TEST(read_known_farm(farm.path() / "many/box-1.key").to == secure);
  // The attacker's farm: at the client's address, with that client's key taken over, and a move to itself.
  const Path identity = farm.layout().identity();
  std::filesystem::remove(identity);
  farm.generate();
  move(front.at("localhost"), {farm.address(), secure});
  sleep(2);
  const std::string said = farm.run({"testfarm", "run", "--client", "box-1", "--force"}, 0, "many");
  BOOST_TEST(said.find("cannot prove it") != std::string::npos, said);
  BOOST_TEST(read_known_farm(farm.path() / "many/box-1.key").to == secure);
}

BOOST_AUTO_TEST_SUITE_END()

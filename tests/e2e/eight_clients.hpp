// Eight volunteers of one file and one invite, a farm behind a real Apache, and a server that speaks TLS
// before it.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/report/known_farm.hpp"
#include "e2e/apache.hpp"
#include "store/index/history.hpp"

namespace testfarm {

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
                     "SSLEngine on\nSSLCertificateFile cert.pem\nSSLCertificateKeyFile key.pem\n"
                     "ProxyPass /ci/api/ http://127.0.0.1:",
                     to, "/ci/api/\nProxyPass /ci/ http://127.0.0.1:", to,
                     "/\nProxyPass / http://127.0.0.1:", to, "/\n");
  }
  Path directory_;
  int port_;
  std::unique_ptr<Process> apache_;
};

struct EightClients {
  RunningFarm farm;
  SecureFront front{farm.path() / "front", farm.port()};
  Path origin = farm.path() / "origin";
  static constexpr std::size_t clients = 8;

  EightClients() {
    setenv("SSL_CERT_FILE", front.certificate().c_str(), 1);
    shell("mkdir origin && cd origin && git init -q -b main .");
    commit();
  }
  ~EightClients() { unsetenv("SSL_CERT_FILE"); }
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
    for (const ProjectId& project : must(index->projects()))
      for (const ClientRow& client : must(index->clients(project)))
        for (const auto& row : must(History(*index).latest_rows(client.key, 100)))
          count += row.summary.progress == Progress::passed && row.summary.lost_events == 0 ? 1U : 0U;
    return count;
  }
  bool all_are_at(const std::string& address) const {
    for (std::size_t i = 1; i <= clients; ++i)
      if (read_known_farm(farm.path() / concat("many/box-", i, ".key")).to != address) return false;
    return true;
  }
  // What the farm calls them, as far as they have learned.
  std::vector<std::string> called() const {
    std::vector<std::string> names;
    for (std::size_t i = 1; i <= clients; ++i) {
      const auto known = read_known_farm(farm.path() / concat("many/box-", i, ".key"));
      names.push_back(known.names.empty() ? concat("p/box-", i) : name_of(known.names.back()));
    }
    return names;
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

}  // namespace testfarm

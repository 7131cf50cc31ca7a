// What happens to a farm in the course of its years, one after another, under clients that run: it moves, is
// given other names, is restored from a copy, loses a mount, and people mistype.
#include <signal.h>

#include "e2e/eight_clients.hpp"

using namespace testfarm;

namespace e2e_years {

// A file of the farm, as somebody left it.
struct Slip {
  const char* file;
  std::function<std::string(const std::string&)> edit;
  bool is_remark = false;  // read as farms of before mean it: `status` says so, and a tick goes on
};

std::function<std::string(const std::string&)> in_place_of(const std::string& what, const std::string& now) {
  return [=](std::string text) {
    const auto at = text.find(what);
    BOOST_REQUIRE(at != std::string::npos);
    const auto end = std::min(text.find('\n', at), text.size());
    return text.replace(at, end - at, now);
  };
}
std::function<std::string(const std::string&)> text_is(const std::string& now) {
  return [=](const std::string&) { return now; };
}
std::function<std::string(const std::string&)> ends_with(const std::string& more) {
  return [=](const std::string& text) { return text + more; };
}

const std::vector<Slip>& slips() {
  static const std::vector<Slip> all{
      {"farm.toml", in_place_of("title", "titel = \"Ours\"")},
      {"farm.toml", in_place_of("title", "title = \"Ours")},
      {"farm.toml", in_place_of("base_url", "base_url = \"ci.example.org\"")},
      {"farm.toml", in_place_of("site", "site = \"~/public_html\"")},
      {"farm.toml", in_place_of("site", "site = \"public_html\""), true},
      {"farm.toml", ends_with("\n[limits]\nbody = \"much\"\n")},
      {"farm.toml", ends_with("\n[[former]]\nbase_url = \"https://old.example.org\"\n")},
      {"farm.toml", ends_with("\n<<<<<<< HEAD\n")},
      {"farm.toml", text_is("")},
      {"projects/p/project.toml", in_place_of("title", "titel = \"P\"")},
      {"projects/p/project.toml", text_is("title = 5\n")},
      {"projects/p/project.toml", ends_with("[shown]\nbranches_for = \"a while\"\n")},
      {"projects/p/clients/box-1/client.toml", text_is("titel = \"One\"\n")},
      {"projects/p/clients/box-2/client.toml", text_is("title = \"\xff\xfe\"\n")},
      {"projects/p/start.toml", text_is("project = \"p\"\n[[task]\n")}};
  return all;
}

struct Years : EightClients {
  std::string log() const { return read_file(farm.path() / "many/log").value_or(""); }
  // By the clients' own words.
  std::size_t ran() const {
    std::size_t count = 0;
    const std::string all = log();
    for (auto at = all.find("== passed"); at != std::string::npos; at = all.find("== passed", at + 1))
      ++count;
    return count;
  }
  void all_arrives() {
    const bool arrived = soon([&] { return executions() == ran(); });
    BOOST_TEST(arrived, concat(executions(), " of ", ran(), '\n', log()));
  }
  // All clients run what is new, and all of it arrives; whatever they had to send again.
  void work_goes_on() {
    const std::size_t before = ran();
    commit();
    BOOST_TEST(soon([&] { return ran() == before + clients; }), log());
    all_arrives();
  }
  std::string admin(std::vector<std::string> words, int expected = 0) {
    words.insert(words.begin(), "testfarm-admin");
    words.push_back(farm.layout().root().string());
    return farm.run(words, expected);
  }
  std::string rename(const std::string& what, const std::vector<std::string>& names) {
    std::vector<std::string> words{"testfarm-admin", what, "rename", farm.layout().root().string()};
    words.insert(words.end(), names.begin(), names.end());
    return farm.run(words);
  }
  // Returns whether everybody was told: `status` names the file, and so does the tick, once.
  int number = 0;
  void slip(const Slip& slip) {
    ++number;
    const Path file = farm.layout().root() / slip.file;
    const std::string before = read_file(file).value_or("");
    must(replace_file(file, slip.edit(before), Sync::no));
    commit();
    usleep(1'200'000);  // the endpoint looks at its files once a second
    BOOST_TEST_CONTEXT("slip " << number << ", " << slip.file) {
      const std::string name = Path(slip.file).filename().string();
      const std::string said = farm.generate(), status = admin({"status"});
      BOOST_TEST((slip.is_remark || said.find(name) != std::string::npos), said);
      BOOST_TEST(status.find(name) != std::string::npos, status);
      BOOST_TEST(file_exists(farm.site() / "p/index.html"));
    }
    if (before.empty())
      std::filesystem::remove(file);
    else
      must(replace_file(file, before, Sync::no));
  }
};

}  // namespace e2e_years

BOOST_FIXTURE_TEST_SUITE(e2e_years, e2e_years::Years)

BOOST_AUTO_TEST_CASE(nothing_is_lost_and_nobody_is_told_to_do_anything) {
  const Path root = farm.layout().root(), copy = farm.path() / "copy";
  let_in();
  Process watch({(programs() / "testfarm").string(), "watch"}, farm.path() / "many/log",
                farm.path() / "many");
  BOOST_TEST(soon([&] { return executions() == clients; }));
  const std::string id = feed_id();

  // From http to https.
  const std::string secure = front.at("127.0.0.1"), path = secure + "/ci", elsewhere = front.at("localhost");
  move(secure, {farm.address()});
  work_goes_on();
  BOOST_TEST(soon([&] { return all_are_at(secure); }), log());
  std::filesystem::copy(root, copy, std::filesystem::copy_options::recursive);
  work_goes_on();

  // Other names, which all of them learn.
  rename("project", {"p", "q"});
  rename("client", {"q", "box-1", "first"});
  work_goes_on();
  const auto renamed = [&] {
    const auto names = called();
    return names[0] == "q/first" && names[7] == "q/box-8";
  };
  BOOST_TEST(soon(renamed), log());
  BOOST_TEST(must(read_file(farm.site() / "p/box-1/index.html")).find("q/first") != std::string::npos);
  BOOST_TEST(feed_id() == id);

  // The disk died: the copy of before, in which nobody has another name, and two rounds are missing.
  std::filesystem::rename(root, farm.path() / "dead");
  std::filesystem::rename(copy, root);
  work_goes_on();
  BOOST_TEST(feed_id() == id);

  // A mount is away for a while: all of the farm, then the logs alone.
  for (const Path& away : {root, farm.layout().projects(), farm.layout().clients(project_id("p"))}) {
    const std::string pages = must(read_file(farm.site() / "p/box-1/index.html"));
    std::filesystem::rename(away, farm.path() / "away");
    commit();
    sleep(3);
    std::string said;
    farm.run({"testfarm-generate", root.string()}, away == root ? 2 : 0);
    BOOST_TEST(must(read_file(farm.site() / "p/box-1/index.html")) == pages);
    if (away != root) BOOST_TEST(admin({"status"}).find("box-1") != std::string::npos, admin({"status"}));
    std::filesystem::rename(farm.path() / "away", away);
    all_arrives();
  }

  for (const e2e_years::Slip& one : e2e_years::slips()) slip(one);
  sleep(3);
  all_arrives();

  // To a path of the same host, and to another host.
  move(path, {farm.address(), secure});
  work_goes_on();
  BOOST_TEST(soon([&] { return all_are_at(path); }), log());

  move(elsewhere, {farm.address(), secure, path});
  work_goes_on();
  BOOST_TEST(soon([&] { return all_are_at(elsewhere); }), log());
  BOOST_TEST(feed_id() == id);
  watch.signal(SIGTERM);
  BOOST_TEST(watch.wait() == 0);
  BOOST_TEST(admin({"check"}).find("all is well") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

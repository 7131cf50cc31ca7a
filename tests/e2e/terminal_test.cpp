// The client in a real terminal (a pseudo terminal of its own): what its commands find there, and Ctrl-C at
// any moment.
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>

#include "base/text.hpp"
#include "e2e/apache.hpp"

using namespace testfarm;

namespace e2e_terminal {

// A program in a terminal, as a shell in the foreground would start it.
class InTerminal {
 public:
  InTerminal(const std::vector<std::string>& words, const Path& directory) {
    id_ = forkpty(&terminal_, nullptr, nullptr, nullptr);
    if (id_ != 0) return;
    std::vector<char*> argv;
    std::vector<std::string> copies = words;
    for (std::string& word : copies) argv.push_back(word.data());
    argv.push_back(nullptr);
    if (chdir(directory.c_str()) == 0) execv(argv[0], argv.data());
    _exit(127);
  }
  InTerminal(const InTerminal&) = delete;
  InTerminal& operator=(const InTerminal&) = delete;
  ~InTerminal() {
    if (!ended_) {
      kill(id_, SIGKILL);
      waitpid(id_, nullptr, 0);
    }
    close(terminal_);
  }

  // As somebody at the keyboard does.
  void type(char key) const { BOOST_REQUIRE(write(terminal_, &key, 1) == 1); }
  // Reads what it shows until it has this, or has ended, or half a minute is over.
  bool shows(const std::string& text) {
    for (int i = 0; i < 300 && screen_.find(text) == std::string::npos; ++i)
      if (!read_some(100)) break;
    return screen_.find(text) != std::string::npos;
  }
  // Its exit status, or 128 and a signal; -1 after half a minute.
  int end() {
    for (int i = 0; i < 300; ++i) {
      if (!read_some(100)) usleep(100'000);
      int status = 0;
      if (waitpid(id_, &status, WNOHANG) != id_) continue;
      ended_ = true;
      while (read_some(0)) {
      }
      return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
    return -1;
  }
  const std::string& screen() const { return screen_; }

 private:
  // False where there is nothing more.
  bool read_some(int milliseconds) {
    pollfd wait{terminal_, POLLIN, 0};
    if (poll(&wait, 1, milliseconds) <= 0) return milliseconds > 0;
    std::array<char, 4096> bytes{};
    const ssize_t got = read(terminal_, bytes.data(), bytes.size());
    if (got > 0) screen_.append(bytes.data(), static_cast<std::size_t>(got));
    return got > 0;
  }
  pid_t id_ = -1;
  int terminal_ = -1;
  bool ended_ = false;
  std::string screen_;
};

struct Fixture {
  TemporaryDirectory directory;

  Fixture() {
    const std::string line = concat("cd ", directory.path().string(),
                                    " && git init -q -b main src && git -C src -c user.name=a -c ",
                                    "user.email=a@example.org commit -q --allow-empty -m one");
    BOOST_REQUIRE(std::system(line.c_str()) == 0);
  }
  void define(const std::string& command) const {
    std::ofstream(directory / "testfarm.toml")
        << "project = \"p\"\nclient = \"c\"\nserver = \"http://127.0.0.1:1\"\n[[repository]]\nurl = \""
        << (directory / "src").string() << "\"\n[[task]]\nname = \"T\"\ncommands = [ '" << command << "' ]\n";
  }
  std::vector<std::string> command() const {
    return {(programs() / "testfarm").string(), "run", "--local", "here", "--force"};
  }
  // Whether a process of that name runs still.
  bool runs(const std::string& name) const {
    return std::system(concat("pgrep -x ", name, " >/dev/null").c_str()) == 0;
  }
};

std::size_t rounds() {
  const char* wanted = std::getenv("TESTFARM_INTERRUPTS");
  return wanted == nullptr ? 24 : to_unsigned(wanted).value_or(24);
}

}  // namespace e2e_terminal

BOOST_FIXTURE_TEST_SUITE(e2e_terminal, e2e_terminal::Fixture)

BOOST_AUTO_TEST_CASE(who_asks_in_the_terminal_is_told_at_once_that_nobody_answers) {
  define("read answer </dev/tty; echo rc $?; read answer; echo rc $?");
  e2e_terminal::InTerminal run(command(), directory.path());
  BOOST_TEST(run.end() == 0, run.screen());
  BOOST_TEST(run.screen().find("== ") != std::string::npos);
  BOOST_TEST(run.screen().find("passed") != std::string::npos, run.screen());
}

BOOST_AUTO_TEST_CASE(a_command_can_not_change_the_terminal) {
  define("stty -echo </dev/tty || echo no terminal; tput clear >/dev/tty || true");
  e2e_terminal::InTerminal run(command(), directory.path());
  BOOST_TEST(run.end() == 0, run.screen());
}

// The first milliseconds of a command are where one signal was once taken for two.
BOOST_AUTO_TEST_CASE(one_interrupt_at_any_moment_is_a_gentle_stop) {
  // A name of its own, so that whoever is left is found.
  const std::string name = concat("tfs", getpid() % 100000);
  BOOST_REQUIRE(std::system(concat("cp \"$(command -v sleep)\" ", (directory / name).string()).c_str()) == 0);
  define(concat((directory / name).string(), " 60"));
  for (std::size_t round = 0; round < rounds(); ++round) {
    e2e_terminal::InTerminal run(command(), directory.path());
    BOOST_REQUIRE_MESSAGE(run.shows("$ "), run.screen());
    usleep(static_cast<useconds_t>(round % 12 * 1500));
    run.type('\x03');
    BOOST_TEST_CONTEXT("round " << round << ": " << run.screen()) {
      const int status = run.end();
      BOOST_TEST(status != 130);
      BOOST_TEST(status > 0);
      BOOST_TEST(run.screen().find("aborted") != std::string::npos, run.screen());
      BOOST_TEST(!runs(name));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

// The definitions in docs/examples, each with a small project of its kind, as a volunteer tries them:
// offline.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "e2e/apache.hpp"

using namespace testfarm;

namespace e2e_examples {

struct Fixture {
  TemporaryDirectory directory;

  void file(const std::string& name, const std::string& text) const {
    const Path path = directory / ("origin/" + name);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  void shell(const std::string& line) const {
    BOOST_REQUIRE_MESSAGE(
        std::system(concat("cd ", directory.path().string(), " && (", line, ") >>log 2>&1").c_str()) == 0,
        line);
  }
  // The example's definition with our repository; its exit status and what it said.
  std::pair<int, std::string> try_example(const std::string& name) const {
    shell(
        "cd origin && git init -q -b main . && git add -A && git -c user.name=A -c user.email=a@b commit -qm "
        "one");
    std::string text = must(read_file(Path(TESTFARM_SOURCE_DIR) / "docs/examples" / name / "testfarm.toml"));
    const std::string url = "https://example.org/thing.git";
    BOOST_REQUIRE(text.find(url) != std::string::npos);
    for (auto at = text.find(url); at != std::string::npos; at = text.find(url))
      text.replace(at, url.size(), (directory / "origin").string());
    std::ofstream(directory / "testfarm.toml") << text;
    Process run({(programs() / "testfarm").string(), "run", "--local", "farm"}, directory / "said",
                directory.path());
    const int status = run.wait();
    return {status, must(read_file(directory / "said"))};
  }
  void passes(const std::string& name) const {
    const auto [status, said] = try_example(name);
    BOOST_TEST(status == 0, said);
  }
  // All pages of executions in one.
  std::string pages() const {
    std::string all;
    for (const auto& [path, bytes] : contents_of(directory / "farm/site"))
      if (path.starts_with("thing/example-") && path.ends_with(".html")) all += bytes;
    return all;
  }
  bool on_pages(const std::string& text) const { return pages().find(text) != std::string::npos; }
};

}  // namespace e2e_examples

BOOST_FIXTURE_TEST_SUITE(e2e_examples, e2e_examples::Fixture)

BOOST_AUTO_TEST_CASE(cmake) {
  file("CMakeLists.txt",
       "cmake_minimum_required(VERSION 3.10)\nproject(thing C)\nenable_testing()\nadd_executable(t t.c)\n"
       "add_test(NAME first COMMAND t)\nadd_test(NAME second COMMAND t)\n");
  file("t.c", "int main(void) { return 0; }\n");
  passes("cmake");
  BOOST_TEST(on_pages("second"));
  BOOST_TEST(on_pages("lines of .c"));
}

BOOST_AUTO_TEST_CASE(autotools) {
  file("configure", "#!/bin/sh\nsed \"s#@prefix@#${1#--prefix=}#\" Makefile.in > Makefile\n");
  file("Makefile.in",
       "all:\n\t@echo compiled\ncheck:\n\t@echo 1..2; echo ok 1 - adds; echo ok 2 - takes away\n"
       "install:\n\tmkdir -p @prefix@; cp Makefile @prefix@\n");
  shell("chmod +x origin/configure");
  passes("autotools");
  BOOST_TEST(on_pages("installed, KiB"));
}

BOOST_AUTO_TEST_CASE(python) {
  file("thing.py", "def add(a, b):\n    return a + b\n");
  file("run_tests.py",
       "import sys, thing\nassert thing.add(1, 2) == 3\nopen(sys.argv[1], 'w').write(\n"
       "    '<testsuite><testcase classname=\"thing\" name=\"adds\"/></testsuite>')\n");
  passes("python");
  BOOST_TEST(on_pages("Test: tests"));
}

BOOST_AUTO_TEST_CASE(node) {
  file("package.json", "{\"name\": \"thing\", \"version\": \"1.0.0\"}\n");
  file("speed.js", "for (let i = 0; i < 1e6; ++i);\n");
  file("test/thing.test.js", "const test = require('node:test');\ntest('one and one', () => {});\n");
  passes("node");
  BOOST_TEST(on_pages("Speed: median, s"));
}

BOOST_AUTO_TEST_CASE(projects) {
  file("Makefile", "all: t\nt: t.c\n\t$(CC) -o $@ $<\ncheck: t\n\t./t\n");
  file("t.c", "int main(void) { return 0; }\n");
  passes("projects");
  for (const char* client : {"thing/debian-gcc", "thing/debian-clang", "other/debian-gcc",
                             "other/debian-clang", "third/debian-gcc", "third/debian-clang"})
    BOOST_TEST(file_exists(directory / concat("farm/site/", client, "/index.html")), client);
}

BOOST_AUTO_TEST_CASE(service) {
  file("ask.py",
       "import sys, urllib.request\n"
       "print('answered', urllib.request.urlopen('http://127.0.0.1:' + sys.argv[1] + '/ask.py').status)\n");
  passes("service");
  BOOST_TEST(on_pages("until its end: service web server"));
  BOOST_TEST(on_pages("GET /ask.py HTTP/1.1"));
}

// The script on the page does what the client did, and leaves nothing running.
BOOST_AUTO_TEST_CASE(what_fails_beside_a_service_is_reproduced) {
  file("ask.py",
       "import sys, urllib.request\n"
       "print('asked', urllib.request.urlopen('http://127.0.0.1:' + sys.argv[1] + '/ask.py').status)\n"
       "sys.exit(1)\n");
  const auto [status, said] = try_example("service");
  BOOST_TEST(status == 1, said);
  shell(
      "mkdir again && cp farm/site/thing/example-service/*.sh again/try.sh && cd again && sh try.sh > said; "
      "test $? = 1 && grep -q 'asked 200' said");
  for (const auto& name : must(list_directory("/proc")))
    BOOST_TEST(read_file(concat("/proc/", name, "/cmdline")).value_or("").find("again/source") ==
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(matrix) {
  file("thing.cpp", "int main() { return 0; }\n");
  passes("matrix");
  BOOST_TEST(on_pages("example-gcc"));
  BOOST_TEST(on_pages("example-clang"));
}

BOOST_AUTO_TEST_CASE(selftest) {
  file("f", "x\n");
  const auto [status, said] = try_example("selftest");
  BOOST_TEST(status == 1, said);
  BOOST_TEST(said.find("failed: exit status 1") != std::string::npos, said);
  BOOST_TEST(on_pages("this is meant to fail"));
  BOOST_TEST(on_pages("After it"));
  BOOST_TEST(!on_pages("Switched off"));
}

BOOST_AUTO_TEST_SUITE_END()

#include "client/definition/starting_tasks.hpp"

#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr std::string_view rules =
    R"(# Tasks run in order. Within a task, directory and exported variables carry over from command to command. The first
# command that fails ends its task; a mandatory task that fails ends the execution.
)";

// Statements to configure (lines of a list), build and test; each may be empty.
std::string with_build_and_test(std::string_view configure, std::string_view build, std::string_view test,
                                std::string_view format) {
  std::string text(rules);
  if (!configure.empty())
    text += concat(R"([[task]]
name = "Configure"
kind = "configure"      # fetch, configure, build, test or other: it tells readers where it stopped
commands = [
)",
                   configure, R"(]

)");
  if (!build.empty())
    text += concat(R"([[task]]
name = "Compile"
kind = "build"
commands = [
  # A command can say more: how long it may take; what of its output is shown always (`info`); numbers to plot
  # (`stats`); when it is a success (`success`). Each is built in ("last 1", "match REGEX", "time", "warnings" …) or any
  # program that reads the output on its stdin. All of it: docs/client.md.
  { run = ")",
                   build, R"(", timeout = "30m", info = "last 1", stats = ["time", "warnings"] },
]

)");
  if (!test.empty())
    text += concat(R"([[task]]
name = "Test"
kind = "test"
mandatory = false
commands = [
  # Results of single tests, read from the output (or from files: junit = "build/*.xml").
  { run = ")",
                   test, R"(", tests = ")", format, R"(" },
]
)");
  return text;
}

StartingTasks cmake() { return {"CMake", {"cmake"}, cmake_tasks(false)}; }

StartingTasks meson() {
  return {"Meson",
          {"meson"},
          with_build_and_test("  \"test -d {sandbox}/build || meson setup {sandbox}/build {source}\",\n",
                              "meson compile -C {sandbox}/build",
                              "meson test -C {sandbox}/build --print-errorlogs", "meson")};
}

StartingTasks autotools() {
  return {"autotools",
          {"make", "cc"},
          with_build_and_test(
              "  \"cd {source}\",\n  \"test -x configure || autoreconf -i\",\n  \"./configure\",\n",
              "make -C {source}", "make -C {source} check", "automake")};
}

StartingTasks cargo() {
  return {"Cargo",
          {"cargo"},
          with_build_and_test(
              "", "cargo build --manifest-path {source}/Cargo.toml --target-dir {sandbox}/target",
              "cargo test --manifest-path {source}/Cargo.toml --target-dir {sandbox}/target", "cargo")};
}

StartingTasks go() {
  return {"Go",
          {"go"},
          with_build_and_test("", "cd {source} && go build ./...", "cd {source} && go test ./...", "go")};
}

StartingTasks node(const Path& checkout) {
  const bool locked = file_exists(checkout / "package-lock.json");
  return {"npm",
          {"npm"},
          with_build_and_test(concat("  \"cd {source}\",\n  \"npm ", locked ? "ci" : "install", "\",\n"), "",
                              "cd {source} && npm test", "auto")};
}

StartingTasks python() {
  return {"Python",
          {"python3"},
          with_build_and_test("  \"python3 -m venv {sandbox}/venv\",\n"
                              "  \"{sandbox}/venv/bin/pip install -q -e {source} pytest\",\n",
                              "", "cd {source} && {sandbox}/venv/bin/python -m pytest", "pytest")};
}

StartingTasks make(const Path& makefile) {
  const std::string text = read_file(makefile, 1 << 20).value_or("");
  std::string test;
  for (const std::string target : {"check", "test"})
    for (const std::string_view line : split_lines(text))
      if (line.starts_with(target + ':')) test = concat("make -C {source} ", target);
  return {"make", {"make"}, with_build_and_test("", "make -C {source}", test, "auto")};
}

}  // namespace

std::string cmake_tasks(bool compiler) {
  return with_build_and_test(
      concat("  \"cd {source}\",\n  \"cmake -B {sandbox}/build",
             compiler ? " -DCMAKE_CXX_COMPILER={compiler.cxx}" : "",
             "\",  # outside of the checkout, which is cleaned at each new revision\n"),
      "cmake --build {sandbox}/build", "ctest --test-dir {sandbox}/build --output-on-failure", "auto");
}

StartingTasks starting_tasks(const Path& checkout) {
  const auto has = [&](const char* name) { return file_exists(checkout / name); };
  if (has("CMakeLists.txt")) return cmake();
  if (has("meson.build")) return meson();
  if (has("configure.ac") || has("configure")) return autotools();
  if (has("Cargo.toml")) return cargo();
  if (has("go.mod")) return go();
  if (has("package.json")) return node(checkout);
  if (has("pyproject.toml") || has("setup.py")) return python();
  for (const char* name : {"GNUmakefile", "Makefile", "makefile"})
    if (has(name)) return make(checkout / name);
  return {"", {}, cmake_tasks(false)};
}

}  // namespace testfarm

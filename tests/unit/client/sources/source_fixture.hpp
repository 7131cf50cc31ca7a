// A repository to watch, in a temporary directory.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "client/sources/open_source.hpp"
#include "support/support.hpp"

namespace testfarm {

struct SourceFixture {
  TemporaryDirectory directory;
  Definition owner{.client = client_key("p", "c"),
                   .state_directory = directory / "state",
                   .marks_directory = directory / "state",
                   .sandbox = directory / "sandbox",
                   .pass = {"PATH"}};
  RepositoryDefinition definition;
  SystemCommandRunner runner{system_clock(), [] { return false; }, false};
  SourceFixture() {
    definition.name = "source";
    definition.url = (directory / "origin").string();
    definition.branches = {"main"};
    definition.directory = directory / "clone";
    must(make_directories(owner.state_directory));
    must(make_directories(owner.sandbox));
  }

  static void shell(const std::string& line) {
    BOOST_REQUIRE_MESSAGE(std::system((line + " >/dev/null 2>&1").c_str()) == 0, line);
  }
  void in_origin(const std::string& line) const {
    shell(concat("mkdir -p ", definition.url, " && cd ", definition.url, " && ", line));
  }
  void git(const std::string& arguments) const {
    in_origin(
        concat("git -c user.name='Ann Ó' -c user.email=a@example.org -c core.hooksPath=/dev/null -c "
               "protocol.file.allow=always ",
               arguments));
  }
  void commit(const std::string& text, const std::string& file = "f") const {
    if (!file_exists(Path(definition.url) / ".git")) git("init -q -b main .");
    in_origin(concat("mkdir -p $(dirname ", file, ") && echo '", text, "' >> ", file, " && git add ", file));
    git(concat("commit -q -m '", text, "'"));
  }
  // Of a repository of its own with a file "s"; not committed yet.
  void add_submodule(const std::string& name) const {
    const std::string other = (directory / "other").string();
    shell(concat("git init -q -b main ", other, " && cd ", other,
                 " && echo sub > s && git add s && git -c user.name=a -c user.email=a@b commit -qm s"));
    git(concat("submodule --quiet add ", other, ' ', name));
  }
  std::vector<std::string> said;
  GitWay way = GitWay::command;
  std::unique_ptr<Source> source() {
    return open_source(
        definition, owner, runner, system_clock(),
        [this](const std::string& sentence) { said.push_back(sentence); }, way);
  }
  std::string tip() { return must(source()->tips()).front().revision; }
  void put(const std::string& name, const std::string& text = "x") const {
    must(make_directories((definition.directory / name).parent_path()));
    must(replace_file(definition.directory / name, text, Sync::no));
  }
  bool there(const std::string& name) const { return file_exists(definition.directory / name); }
  void next_revision() {
    commit("next");
    must(source()->check_out(tip()));
  }
  void in_clone(const std::string& line) const {
    shell(concat("cd ", definition.directory.string(), " && ", line));
  }
  std::string file(const std::string& name = "f") const {
    return must(read_file(definition.directory / name));
  }
};

}  // namespace testfarm

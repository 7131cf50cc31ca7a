#include "client/definition/matrix.hpp"

#include <fstream>

#include "client/definition/combinations.hpp"
#include "client/definition/read_definitions.hpp"
#include "client/definition/template.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace client_definition_matrix {
struct Fixture {
  TemporaryDirectory directory;
  Path file = directory / "testfarm.toml";
  const std::string head = "project = \"p\"\nclient = \"debian\"\nserver = \"https://x\"\n";
  const std::string rest =
      "[[repository]]\nurl = \"/x\"\n[[task]]\nname = \"t\"\ncommands = [\"make {compiler} {build}\"]\n";
  Result<std::vector<Definition>> read_all(const std::string& text, const std::string& local = {}) const {
    std::ofstream(file) << text;
    if (!local.empty()) std::ofstream(directory / "testfarm.local.toml") << local;
    return read_definitions(file);
  }
  std::vector<std::string> names(const std::string& matrix, const std::string& local = {}) const {
    std::vector<std::string> all;
    for (const Definition& definition : must(read_all(head + matrix + rest, local)))
      all.push_back(definition.client.client.text());
    return all;
  }
  std::string mistake(const std::string& matrix) const {
    const auto read = read_all(head + matrix + rest);
    BOOST_REQUIRE(!read.has_value());
    return read.error().context;
  }
};
using Names = std::vector<std::string>;
}  // namespace client_definition_matrix

BOOST_FIXTURE_TEST_SUITE(client_definition_matrix, client_definition_matrix::Fixture)

BOOST_AUTO_TEST_CASE(each_combination_is_a_client) {
  const auto all =
      must(read_all(head + "[matrix]\ncompiler = [\"gcc\", \"clang\"]\nbuild = [\"debug\", 3]\n" + rest));
  BOOST_REQUIRE(all.size() == 4U);
  BOOST_TEST(all[1].client.client.text() == "debian-gcc-3");
  BOOST_TEST(all[2].client.client.text() == "debian-clang-debug");
  BOOST_TEST(all[1].tasks[0].commands[0].run == "make gcc 3");
  BOOST_TEST(all[2].facts.at("compiler") == "clang");
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      BOOST_TEST(all[i].servers[0].key_file != all[j].servers[0].key_file);
      BOOST_TEST(all[i].state_directory != all[j].state_directory);
      BOOST_TEST(all[i].sandbox != all[j].sandbox);
    }
}

BOOST_AUTO_TEST_CASE(names_are_in_the_order_of_the_file_whatever_lies_over_it) {
  const std::string matrix = "[matrix]\nzeta = [\"z\"]\nalpha = [\"a\", \"b\"]\n";
  BOOST_TEST(names(matrix) == (Names{"debian-z-a", "debian-z-b"}));
  BOOST_TEST(names(matrix, "[matrix]\nzeta = [\"y\"]\n") == (Names{"debian-y-a", "debian-y-b"}));
}

BOOST_AUTO_TEST_CASE(values_that_are_tables_bring_more) {
  const auto all =
      must(read_all(head +
                    "[matrix]\ncompiler = [{ name = \"gcc\", cxx = \"g++\" }, { name = \"clang\", cxx = "
                    "\"clang++-19\" }]\n[facts]\ncompiler = \"{compiler.cxx} of mine\"\n" +
                    "[[repository]]\nurl = \"/x\"\n[[task]]\nname = \"t\"\ncommands = "
                    "[\"{compiler} {compiler.name} {compiler.cxx}\"]\n"));
  BOOST_TEST(all[1].tasks[0].commands[0].run == "clang clang clang++-19");
  BOOST_TEST(all[1].facts.at("compiler") == "clang++-19 of mine");
  BOOST_TEST(mistake("[matrix]\ncompiler = [{ name = \"gcc\", cxx = \"g++\" }, \"clang\"]\n")
                 .find("'clang' of compiler has no cxx, which 'gcc' has") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(combinations_are_left_out_and_added) {
  const std::string axes = "[matrix]\ncompiler = [\"gcc\", \"clang\"]\nbuild = [\"debug\", \"release\"]\n";
  BOOST_TEST(names(axes + "exclude = [{ compiler = \"clang\", build = \"debug\" }]\n") ==
             (Names{"debian-gcc-debug", "debian-gcc-release", "debian-clang-release"}));
  BOOST_TEST(names(axes +
                   "exclude = [{ build = \"debug\" }]\ninclude = [{ compiler = \"tcc\", build = \"debug\" "
                   "}, { compiler = \"gcc\", build = \"asan\" }]\n") ==
             (Names{"debian-gcc-release", "debian-clang-release", "debian-tcc-debug", "debian-gcc-asan"}));
}

BOOST_AUTO_TEST_CASE(one_value_has_a_key_of_its_own_already) {
  const auto all = must(read_all(head + "[matrix]\ncompiler = [\"gcc\"]\n" + rest));
  BOOST_REQUIRE(all.size() == 1U);
  BOOST_TEST(all[0].servers[0].key_file.filename().string() == "debian-gcc.key");
}

BOOST_AUTO_TEST_CASE(a_variant_may_have_one) {
  const auto all = must(read_all("server = \"https://x\"\n" + rest +
                                 "[[variant]]\nproject = \"p\"\nclient = \"box\"\n"
                                 "[[variant]]\nproject = \"q\"\nclient = \"box\"\n"
                                 "[variant.matrix]\ncompiler = [\"gcc\", \"clang\"]\n"));
  BOOST_REQUIRE(all.size() == 3U);
  BOOST_TEST(all[0].client.client.text() == "box");
  BOOST_TEST(all[2].client.client.text() == "box-clang");
}

BOOST_AUTO_TEST_CASE(mistakes_name_what_they_mean) {
  const std::string axes = "[matrix]\ncompiler = [\"gcc\", \"clang\"]\n";
  const std::map<std::string, std::string> all{
      {"matrix = 3\n", "matrix must be a table"},
      {"[matrix]\n", "[matrix] has no values"},
      {"[matrix]\ncompiler = \"gcc\"\n", "compiler must be a list"},
      {"[matrix]\ncompiler = []\n", "compiler must be a list"},
      {"[matrix]\ncompiler = [true]\n", "a value of compiler must be a text"},
      {"[matrix]\ncompiler = [{ cxx = \"g++\" }]\n", "that has such a name"},
      {"[matrix]\ncompiler = [\"++\"]\n", "a value of compiler must be a text"},
      {"[matrix]\nstd = [\"c++\", \"c\"]\n", "'c++' and 'c' of std would be the same in a client's name"},
      {axes + "exclude = [{ compilr = \"gcc\" }]\n", "has no 'compilr'; did you mean compiler?"},
      {axes + "exclude = [{ compiler = \"tcc\" }]\n", "compiler has no such value"},
      {axes + "exclude = [{ }]\n", "must be a table that names values: { compiler = \"gcc\" }"},
      {axes + "exclude = [{ compiler = \"gcc\" }, { compiler = \"clang\" }]\n", "leaves nothing"},
      {axes + "include = [{ compiler = \"gcc\" }]\n", "one of the combinations already"},
      {axes + "build = [1, 2]\ninclude = [{ compiler = \"gcc\" }]\n", "this include names no build"},
      {"[matrix]\nsource = [\"gcc\"]\n", "{source} is there already"},
      {"[matrix]\nclient = [\"gcc\"]\n", "{client} is there already"},
      {axes + "excldue = [{ compiler = \"gcc\" }]\n", "no 'excldue'; did you mean exclude?"},
      {"matrx = 1\n", "did you mean matrix?"},
      {axes + "every = \"1m\"\n", "what is of the whole file stands above [matrix]"},
      {axes + "[parameters]\ncompiler = \"x\"\n", "compiler is in [matrix] and in [parameters]"},
      {axes + "[[variant]]\nclient = \"a\"\n[[variant]]\nclient = \"a\"\n",
       "there is a client 'a-gcc' already"}};
  for (const auto& [matrix, part] : all) {
    const std::string told = mistake(matrix);
    BOOST_TEST(told.find(part) != std::string::npos, part << " in " << told);
    BOOST_TEST(told.find("testfarm.toml:") != std::string::npos, told);
  }
  std::string many;
  for (int i = 0; i < 17; ++i) many += concat(i == 0 ? "" : ", ", i);
  BOOST_TEST(mistake(concat("[matrix]\na = [", many, "]\nb = [", many, "]\n")).find("more than 256") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(two_clients_share_nothing) {
  const std::string axes = "[matrix]\ncompiler = [\"gcc\", \"clang\"]\n";
  BOOST_TEST(mistake("key = \"my.key\"\n" + axes).find("would share the key my.key") != std::string::npos);
  const auto filled = must(read_all("key = \"{project}-{client}.key\"\n" + head + axes + rest));
  BOOST_TEST(filled[1].servers[0].key_file.filename().string() == "p-debian-clang.key");
  BOOST_TEST(
      mistake(axes + "[[also]]\nserver = \"https://y\"\nkey = \"y.key\"\n").find("share the key y.key") !=
      std::string::npos);
  BOOST_TEST(read_all(head + rest + "[[also]]\nserver = \"https://y\"\nkey = \"testfarm.key\"\n")
                 .error()
                 .context.find("is that of https://x already") != std::string::npos);
  const auto nested = read_all("project = \"p\"\nserver = \"https://x\"\n" + rest +
                               "[[variant]]\nclient = \"a\"\nsandbox = \"s\"\n"
                               "[[variant]]\nclient = \"b\"\nsandbox = \"s/a\"\n");
  BOOST_REQUIRE(!nested.has_value());
  BOOST_TEST(nested.error().context.find("p/a and p/b would share a sandbox") != std::string::npos);
}

// Of several projects two may call their client "box": the first keeps what it had.
BOOST_AUTO_TEST_CASE(clients_of_several_projects_may_have_one_name) {
  const auto all = must(read_all("server = \"https://x\"\nclient = \"box\"\n" + rest +
                                 "[[variant]]\nproject = \"p\"\n[[variant]]\nproject = \"q\"\n"));
  BOOST_TEST(all[0].servers[0].key_file.filename().string() == "box.key");
  BOOST_TEST(all[1].servers[0].key_file.filename().string() == "q-box.key");
  BOOST_TEST(all[1].sandbox.filename().string() == "q-box");
  BOOST_TEST(all[0].turns_directory == all[1].turns_directory);
}

BOOST_AUTO_TEST_CASE(what_init_writes_for_several_is_read) {
  const auto all = must(read_all(matrix_template(client_key("p", "debian"), "https://x")));
  BOOST_REQUIRE(all.size() == 2U);
  BOOST_TEST(all[1].client.client.text() == "debian-clang");
  BOOST_TEST(all[1].tasks[0].commands[1].run.find("-DCMAKE_CXX_COMPILER=clang++ ") == std::string::npos);
  BOOST_TEST(all[1].tasks[0].commands[1].run.ends_with("-DCMAKE_CXX_COMPILER=clang++"));
}

BOOST_AUTO_TEST_CASE(slugs) {
  BOOST_TEST(slug_of("GCC 12.2") == "gcc-12-2");
  BOOST_TEST(slug_of("c++17") == "c-17");
  BOOST_TEST(slug_of("--é") == "");
}

BOOST_AUTO_TEST_SUITE_END()

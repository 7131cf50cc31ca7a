#include "base/mapped_file.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include "support/basics.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(base_mapped_file)

BOOST_AUTO_TEST_CASE(several_processes_add_to_one_number) {
  const TemporaryDirectory directory;
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t id = fork();
    if (id == 0) {
      const auto file = CounterFile::open(directory / "counters", 10);
      for (int k = 0; file && k < 1000; ++k) file->counters()[3].fetch_add(1);
      _exit(file ? 0 : 1);
    }
    children.push_back(id);
  }
  for (const pid_t id : children) {
    int status = 1;
    waitpid(id, &status, 0);
    BOOST_TEST(status == 0);
  }
  const CounterFile file = must(CounterFile::open(directory / "counters", 10));
  // The file was made by whoever came first: one that came at the same moment may have counted in one of its
  // own.
  BOOST_TEST(file.counters()[3].load() >= 1000U);
  BOOST_TEST(file.counters()[3].load() <= 4000U);
  BOOST_TEST(file.counters()[2].load() == 0U);
}

BOOST_AUTO_TEST_CASE(a_file_of_another_size_is_made_anew) {
  const TemporaryDirectory directory;
  must(replace_file(directory / "counters", "garbage", Sync::no));
  const CounterFile file = must(CounterFile::open(directory / "counters", 10));
  BOOST_TEST(file.counters()[0].load() == 0U);
  BOOST_TEST(must(facts_at(directory / "counters"))->size == 80U);
}

BOOST_AUTO_TEST_SUITE_END()

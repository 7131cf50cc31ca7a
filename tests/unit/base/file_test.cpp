#include "base/file.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "support/basics.hpp"

using namespace testfarm;

BOOST_AUTO_TEST_SUITE(base_file)

BOOST_AUTO_TEST_CASE(replaces_whole_and_leaves_no_temporary) {
  const TemporaryDirectory directory;
  must(replace_file(directory / "f", "one", Sync::yes));
  must(replace_file(directory / "f", "two", Sync::no));
  BOOST_TEST(must(read_file(directory / "f")) == "two");
  BOOST_TEST(must(list_directory(directory.path())).size() == 1U);
  BOOST_TEST(replace_file(directory / "none" / "f", "x", Sync::no).error().kind == ErrorKind::not_found);
}

BOOST_AUTO_TEST_CASE(leaves_equal_bytes_alone) {
  const TemporaryDirectory directory;
  BOOST_TEST(must(replace_if_changed(directory / "f", "one")));
  const auto before = must(facts_at(directory / "f"));
  BOOST_TEST(!must(replace_if_changed(directory / "f", "one")));
  BOOST_TEST(must(facts_at(directory / "f"))->same_file(*before));
  BOOST_TEST(must(replace_if_changed(directory / "f", "two")));
}

BOOST_AUTO_TEST_CASE(does_not_follow_links) {
  const TemporaryDirectory directory;
  must(replace_file(directory / "f", "x", Sync::no));
  std::filesystem::create_symlink(directory / "f", directory / "link");
  BOOST_TEST(!open_file(directory / "link", Open::read).has_value());
  BOOST_TEST(!open_file(directory / "link", Open::append_create).has_value());
}

BOOST_AUTO_TEST_CASE(a_lock_excludes_and_ends_with_its_holder) {
  const TemporaryDirectory directory;
  const Path path = directory / "lock";
  {
    const auto mine = must(LockFile::take(path, 0));
    BOOST_TEST(LockFile::take(path, 0).error().kind == ErrorKind::busy);
  }
  const pid_t child = fork();
  if (child == 0) {
    // The parent has it for a moment each time that it looks.
    const auto taken = LockFile::take(path, minute_ms);
    if (taken) pause();
    _exit(1);
  }
  while (LockFile::take(path, 0)) usleep(1000);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  must(LockFile::take(path, second_ms));
}

BOOST_AUTO_TEST_CASE(a_waiting_lock_is_taken_when_it_is_free) {
  const TemporaryDirectory directory;
  auto mine = std::make_unique<LockFile>(must(LockFile::take(directory / "lock", 0)));
  std::thread later([&] {
    usleep(30000);
    mine.reset();
  });
  must(LockFile::take(directory / "lock", 5 * second_ms));
  later.join();
}

BOOST_AUTO_TEST_CASE(missing_things_are_told_apart_from_broken_ones) {
  const TemporaryDirectory directory;
  BOOST_TEST(read_file(directory / "none").error().kind == ErrorKind::not_found);
  BOOST_TEST(!must(read_file_if_there(directory / "none")).has_value());
  BOOST_TEST(!must(facts_at(directory / "none")).has_value());
  BOOST_TEST(must(list_directory(directory / "none")).empty());
  must(replace_file(directory / "f", "12345", Sync::no));
  BOOST_TEST(read_file(directory / "f", 4).error().kind == ErrorKind::too_large);
}

BOOST_AUTO_TEST_SUITE_END()

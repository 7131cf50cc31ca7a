// A working copy that nobody looks after: what broke it, what builds leave in it, and whose it is.
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "client/sources/clone_marks.hpp"
#include "unit/client/sources/source_fixture.hpp"

using namespace testfarm;

namespace client_sources_kept_clone {

struct Fixture : SourceFixture {
  // What an older version left: a clone, a memory, no marks.
  void forget_marks() const {
    must(remove_file(owner.state_directory / "clones"));
    must(replace_file(owner.state_directory / "state.json", "{}", Sync::no));
    must(mark_older_clones(owner.state_directory, owner.state_directory,
                           {definition.directory, directory / "not-there-yet"}));
  }
  bool was_said(const std::string& words) const {
    return std::any_of(said.begin(), said.end(), [&](const std::string& sentence) {
      return sentence.find(words) != std::string::npos;
    });
  }
};

// In a process whose root is held to permissions like anybody else (capabilities(7), SECBIT_NOROOT).
bool succeeds_by_permission(const std::function<bool()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_SECUREBITS, SECBIT_NOROOT);
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    const __user_cap_data_struct none[2]{};
    syscall(SYS_capset, &header, none);
    _exit(work() ? 0 : 1);
  }
  int status = 1;
  return waitpid(child, &status, 0) == child && status == 0;
}

}  // namespace client_sources_kept_clone

BOOST_FIXTURE_TEST_SUITE(client_sources_kept_clone, client_sources_kept_clone::Fixture)

BOOST_AUTO_TEST_CASE(whatever_is_broken_is_mended_or_made_anew) {
  commit("one");
  commit("ignored", "sub/g");
  must(source()->check_out(tip()));
  std::size_t told = 0;
  for (const char* damage :
       {": > .git/HEAD", "rm .git/HEAD", ": > .git/refs/remotes/origin/main", "rm -rf .git/refs",
        "echo x > .git/index", "for f in $(find .git/objects -type f); do chmod u+w $f; : > $f; done",
        "for f in $(find .git/objects -type f); do chmod u+w $f; head -c 20 $f > t; cat t > $f; done; rm t",
        "rm -rf .git/objects/??  .git/objects/pack/*", ": > .git/config",
        "head -c 300 /dev/zero > .git/config", "echo /gone > .git/objects/info/alternates",
        "git fetch -q --depth 1 origin main", "head -c 100 /dev/zero > .git/packed-refs",
        "touch .git/index.lock .git/HEAD.lock .git/shallow.lock",
        "touch .git/config.lock; mkdir -p .git/refs/remotes/origin; touch .git/refs/remotes/origin/main.lock",
        "rm -rf .git", "rm -rf .git && mkdir .git", "rm -rf sub && echo x > sub",
        "rm f && mkdir f && touch f/x"})
    for (const GitWay one : {GitWay::command, GitWay::library}) {
      way = one;
      in_clone(damage);
      const auto there = source()->tips();
      BOOST_TEST_REQUIRE(there.has_value(), damage << ": " << (there ? "" : there.error().context));
      const auto now = source();
      const Status done = now->check_out(there->front().revision);
      BOOST_TEST_REQUIRE(done.has_value(), damage << ": " << (done ? "" : done.error().context));
      BOOST_TEST(must(now->describe("", there->front().revision)).changes.size() == 1U);
      BOOST_TEST(file() == "one\n", damage);
      BOOST_TEST(file("sub/g") == "ignored\n", damage);
      told += said.size();
      said.clear();
      next_revision();
      shell(concat("cd ", definition.url, " && git reset -q --hard HEAD~1"));
      must(source()->check_out(tip()));
    }
  BOOST_TEST(told > 10U);
}

// Go's module cache in the repository, a test of permissions.
BOOST_AUTO_TEST_CASE(directories_that_a_build_made_read_only_are_no_obstacle) {
  commit("one", "d/x");
  must(source()->check_out(tip()));
  for (const GitWay one : {GitWay::command, GitWay::library}) {
    way = one;
    in_clone("chmod -R a-w d");
    commit("two", "d/x");
    BOOST_TEST(succeeds_by_permission([&] {
      const auto now = source();
      const auto there = now->tips();
      return there && now->check_out(there->front().revision).has_value();
    }));
    BOOST_TEST(file("d/x").ends_with("two\n"));
  }
}

BOOST_AUTO_TEST_CASE(a_submodule_that_lost_its_files_is_made_anew) {
  commit("one");
  add_submodule("lib");
  git("commit -q -m submodule");
  must(source()->check_out(tip()));
  // A power cut: an object of it is torn (in a file of its own: git makes hard links to what is on the same
  // machine), and with it what stands in the working copy.
  const auto tear = [&](const std::string& object) {
    in_clone(
        "cd .git/modules/lib && (mv objects/pack/*.pack . && git unpack-objects -q < *.pack; rm -f "
        "objects/pack/*; true)");
    in_clone(concat("cd .git/modules/lib && o=objects/$(git rev-parse ", object,
                    " | sed 's#^..#&/#') && rm -f $o && : > $o && : > ../../../lib/s"));
  };
  tear("HEAD:s");
  must(source()->check_out(tip()));
  BOOST_TEST(file("lib/s") == "sub\n");
  // Without its tree libgit2 would take the submodule for one that has no files.
  tear("HEAD^{tree}");
  next_revision();
  BOOST_TEST(file("lib/s") == "sub\n");
}

BOOST_AUTO_TEST_CASE(what_is_not_ours_is_not_touched) {
  commit("one");
  put("f", "the owner's");
  put("notes.txt");
  const Error refused = source()->tips().error();
  BOOST_TEST(refused.context.find("this client did not make it") != std::string::npos, refused.context);
  BOOST_TEST(!source()->check_out(std::string(40, 'a')).has_value());
  BOOST_TEST(file() == "the owner's");
  BOOST_TEST(there("notes.txt"));
  // Nor one of the owner's own clones, nor one that took the place of ours.
  std::filesystem::remove_all(definition.directory);
  must(source()->check_out(tip()));
  shell(concat("mv ", definition.directory.string(), ' ', (directory / "away").string(), " && git clone -q ",
               definition.url, ' ', definition.directory.string()));
  put("f", "work of days");
  BOOST_TEST(!source()->tips().has_value());
  BOOST_TEST(file() == "work of days");
}

BOOST_AUTO_TEST_CASE(what_builds_left_goes_at_a_change_of_revision) {
  commit("one");
  commit("*.o", ".gitignore");
  must(source()->check_out(tip()));
  for (const char* name : {"a.o", "stray", "build/deep/x"}) put(name);
  must(source()->check_out(tip()));
  BOOST_TEST(there("stray"));
  next_revision();
  BOOST_TEST(there("a.o"));
  BOOST_TEST(!there("stray"));
  BOOST_TEST(!there("build"));
  definition.clean = Clean::ignored;
  next_revision();
  BOOST_TEST(!there("a.o"));
  definition.clean = Clean::never;
  put("stray");
  next_revision();
  BOOST_TEST(there("stray"));
  // What a build protects from itself is no obstacle, nor is a repository in it, nor a link out of it.
  definition.clean = Clean::untracked;
  put("mod/cache/x");
  in_clone("chmod -R a-w mod && git init -q nested && ln -s /etc link");
  next_revision();
  BOOST_TEST(!there("mod"));
  BOOST_TEST(!there("nested"));
  BOOST_TEST(!there("link"));
  BOOST_TEST(said.empty());
}

BOOST_AUTO_TEST_CASE(a_clone_of_an_older_version_is_cleaned_when_its_owner_says_so) {
  commit("one");
  must(source()->check_out(tip()));
  put("stray");
  forget_marks();
  next_revision();
  BOOST_TEST(there("stray"));
  definition.clean = Clean::untracked;
  next_revision();
  BOOST_TEST(!there("stray"));
  BOOST_TEST(was_said("removes for the first time"));
  BOOST_TEST(was_said("stray"));
  // And it is never made anew.
  in_clone(": > .git/HEAD");
  commit("more");
  const auto done = source()->tips();
  BOOST_REQUIRE(!done.has_value());
  BOOST_TEST(done.error().context.ends_with("remove it, and it is made anew"), done.error().context);
  BOOST_TEST(there("f"));
}

BOOST_AUTO_TEST_CASE(fresh_after_so_many_revisions) {
  commit("one");
  commit("*.o", ".gitignore");
  definition.fresh = 2;
  must(source()->check_out(tip()));
  put("a.o");
  next_revision();
  BOOST_TEST(there("a.o"));
  next_revision();
  BOOST_TEST(!there("a.o"));
  BOOST_TEST(was_said("made anew: as testfarm.toml wants it after 2 revisions"));
}

// What a killed check-out had written already is no file of a third revision.
BOOST_AUTO_TEST_CASE(half_a_check_out_leaves_nothing_behind) {
  definition.clean = Clean::never;
  commit("one");
  const std::string first = tip();
  must(source()->check_out(first));
  commit("two", "only-in-second");
  const std::string second = tip();
  git("rm -q only-in-second");
  commit("three", "only-in-third");
  const std::string third = tip();
  put("only-in-second");
  put("f", "torn");
  CloneMark mark = *must(read_mark(owner.state_directory, definition.directory));
  mark.half_done = {second};
  must(write_mark(owner.state_directory, definition.directory, mark, Sync::no));
  must(source()->check_out(third));
  BOOST_TEST(!there("only-in-second"));
  BOOST_TEST(file() == "one\n");
  BOOST_TEST(there("only-in-third"));
}

// git looks for a repository further up where it finds none: that one is the owner's.
BOOST_AUTO_TEST_CASE(a_repository_around_the_sandbox_is_left_alone) {
  commit("one");
  must(source()->check_out(tip()));
  shell(concat("cd ", directory.path().string(),
               " && git init -q . && echo precious > precious && git add precious"));
  in_clone(": > .git/HEAD");
  commit("two");
  must(source()->check_out(tip()));
  BOOST_TEST(file() == "one\ntwo\n");
  shell(concat("cd ", directory.path().string(),
               " && git diff --quiet && test -n \"$(git ls-files precious)\""));
}

BOOST_AUTO_TEST_CASE(nothing_of_the_repository_runs) {
  commit("one");
  commit("* filter=evil", ".gitattributes");
  const Path ran = directory / "ran";
  must(source()->check_out(tip()));
  in_clone(concat("git config filter.evil.smudge 'touch ", ran.string(),
                  "; cat' && git config filter.evil.clean cat"));
  for (const char* hook : {"post-checkout", "post-merge", "reference-transaction", "pre-auto-gc"})
    in_clone(concat("printf '#!/bin/sh\\ntouch ", ran.string(), "\\n' > .git/hooks/", hook,
                    " && chmod +x .git/hooks/", hook));
  next_revision();
  BOOST_TEST(!file_exists(ran));
  definition.filters = {"evil"};
  next_revision();
  BOOST_TEST(file_exists(ran));
  definition.url = concat("ext::sh -c touch% ", ran.string(), ".ext");
  BOOST_TEST(!source()->tips().has_value());
  BOOST_TEST(!file_exists(ran.string() + ".ext"));
}

BOOST_AUTO_TEST_CASE(large_files_are_real_or_it_is_said) {
  commit("one");
  in_origin("git lfs install --local && git lfs track '*.bin' && git add .gitattributes");
  commit("many bytes", "a.bin");
  must(source()->check_out(tip()));
  BOOST_TEST(file("a.bin") == "many bytes\n");
  way = GitWay::library;
  commit("more bytes", "a.bin");
  const Status without = source()->check_out(tip());
  BOOST_REQUIRE(!without.has_value());
  BOOST_TEST(without.error().context.find("git-lfs") != std::string::npos);
  // The object is gone: it is said, and no pointer is tested.
  way = GitWay::command;
  commit("*.o", ".gitignore");
  in_origin("rm -rf .git/lfs/objects");
  std::filesystem::remove_all(definition.directory / ".git/lfs");
  const Status gone = source()->check_out(tip());
  BOOST_TEST(!gone.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

// Each hole that the model of the storage protocol names (docs/model/findings.md): the shortest trace that
// leads into it, run against our code as it is, where the promise must hold, and against our code without the
// step that closes it, where it must not. A step without such a test could be taken out and nobody would see
// it.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "base/gzip.hpp"
#include "base/step.hpp"
#include "generator/tick/tick.hpp"
#include "schema/batch.hpp"
#include "store/index/rebuild.hpp"
#include "store/log/expired_list.hpp"
#include "store/log/retention.hpp"
#include "store/log/summary_file.hpp"
#include "store/summary/summary_codec.hpp"
#include "support/power_cut.hpp"
#include "support/support.hpp"

using namespace testfarm;

namespace store_log_holes {

// A farm with one execution of seven events, under the eyes of who will take the power away.
struct Scene {
  TemporaryFarm farm;
  ClientKey client = farm.client();
  ExecutionKey key = execution_key(client);
  std::vector<Event> events = small_execution();
  PowerCut power{farm.layout().root()};
  const Layout& layout = farm.layout();

  Appended post(std::size_t from, std::size_t to) { return farm.append(key, lines(events, from, to), from); }

  // Another process does it and is killed when it comes to that step.
  static void killed_at(Step where, const std::function<void()>& work) {
    const pid_t other = fork();
    if (other == 0) {
      at_step(where, [] { kill(getpid(), SIGKILL); });
      work();
      _exit(0);
    }
    int status = 0;
    BOOST_REQUIRE(waitpid(other, &status, 0) == other);
    BOOST_REQUIRE_MESSAGE(WIFSIGNALED(status),
                          "the process was to be killed at a step that it never came to");
  }
  void post_killed_before_sync(std::size_t from, std::size_t to) {
    killed_at(Step::written, [&] { post(from, to); });
  }

  void tick() { farm.settle(); }
  // Marker and all are left alone until the client speaks again.
  void thirty_days_of_silence() {
    tick();
    farm.clock().pass(31 * day_ms);
    tick();
    BOOST_REQUIRE(!file_exists(layout.marker(key)));
  }
  void lose_index() const { std::filesystem::remove_all(layout.index()); }

  std::uint64_t next() const { return must(log_position(layout, key)).next; }
  bool has_line() const { return must(find_summary_line(layout, key)).has_value(); }
  std::uint64_t next_in_index() {
    Index index = farm.index();
    const auto row = must(index.execution(key));
    return row ? row->summary.next : 0;
  }
  bool closed_in_index() {
    Index index = farm.index();
    const auto row = must(index.execution(key));
    return row && row->closed;
  }
};

// `kept` plays the trace and says whether the promise held.
void hole(Step closes, const std::function<bool(Scene&)>& kept) {
  {
    Scene scene;
    BOOST_TEST(kept(scene), "the promise was broken");
  }
  {
    Scene scene;
    leave_out(closes);
    const bool held = kept(scene);
    leave_out(Step::none);
    BOOST_TEST(!held, "the mutant without the step was not caught");
  }
  at_step(Step::none, {});
}

}  // namespace store_log_holes

BOOST_AUTO_TEST_SUITE(store_log_holes)

BOOST_AUTO_TEST_CASE(dupsync_what_a_dead_writer_left_is_synced_before_it_is_acknowledged) {
  hole(Step::dupsync, [](Scene& s) {
    s.post(1, 3);
    s.post_killed_before_sync(4, 7);
    BOOST_REQUIRE(s.post(4, 7).verdict == Verdict::already_there);
    s.power.strike();
    return s.next() == 8;
  });
}

BOOST_AUTO_TEST_CASE(dirsync_the_name_of_a_log_that_a_dead_writer_made_is_made_durable) {
  hole(Step::dirsync, [](Scene& s) {
    Scene::killed_at(Step::dirsync, [&] { s.post(1, 3); });
    BOOST_REQUIRE(s.post(1, 7).verdict == Verdict::appended);
    s.power.strike();
    return s.next() == 8;
  });
}

BOOST_AUTO_TEST_CASE(mklock_an_append_after_long_silence_is_marked) {
  hole(Step::mklock, [](Scene& s) {
    s.post(1, 3);
    must(make_empty_file(s.layout.marker(s.key)));  // as if by an endpoint that had it before the silence
    s.thirty_days_of_silence();
    s.post(4, 5);
    s.tick();
    return s.next_in_index() == 6;
  });
}

BOOST_AUTO_TEST_CASE(recheck_an_old_copy_of_a_post_makes_no_second_log) {
  hole(Step::recheck, [](Scene& s) {
    at_step(Step::create, [&] {
      s.post(1, 7);
      s.tick();
      BOOST_REQUIRE((must(pack_log(s.layout, s.key)) == Kept::done));
    });
    const Appended copy = s.post(1, 3);
    return copy.closed && !file_exists(s.layout.log(s.key));
  });
}

BOOST_AUTO_TEST_CASE(packcheck_an_empty_log_is_not_packed_over_a_good_one) {
  hole(Step::packcheck, [](Scene& s) {
    s.post(1, 7);
    s.tick();
    const std::string log = s.farm.log(s.key);
    BOOST_REQUIRE((must(pack_log(s.layout, s.key)) == Kept::done));
    s.farm.set_log(s.key, "");
    must(pack_log(s.layout, s.key));
    return gunzip(must(read_file(s.layout.packed_log(s.key))), 1 << 20).value_or("") == log;
  });
}

BOOST_AUTO_TEST_CASE(linesync_a_summary_outlives_its_log) {
  hole(Step::linesync, [](Scene& s) {
    s.post(1, 7);
    s.tick();
    BOOST_REQUIRE((must(pack_log(s.layout, s.key)) == Kept::done));
    BOOST_REQUIRE(must(expire_logs(s.layout, {s.key}, 1)) == 1U);
    s.power.strike({s.layout.log(s.key).filename().string(), s.layout.packed_log(s.key).filename().string()});
    return s.has_line();
  });
}

// The same where the tick that wrote the line died before its sync.
BOOST_AUTO_TEST_CASE(linesync_a_line_of_a_dead_tick_is_synced_by_the_next) {
  hole(Step::linesync, [](Scene& s) {
    s.post(1, 7);
    s.tick();
    must(make_empty_file(s.layout.marker(s.key)));
    s.lose_index();
    // The line is there, not durable, and its marker too.
    const std::string text = must(read_file(s.layout.summaries(s.key)));
    must(remove_file(s.layout.summaries(s.key)));
    must(replace_file(s.layout.summaries(s.key), text, Sync::no));
    s.tick();
    must(pack_log(s.layout, s.key));
    must(expire_logs(s.layout, {s.key}, 1));
    s.power.strike({s.layout.log(s.key).filename().string(), s.layout.packed_log(s.key).filename().string()});
    return s.has_line();
  });
}

BOOST_AUTO_TEST_CASE(tornline_a_torn_line_does_not_swallow_the_next) {
  hole(Step::tornline, [](Scene& s) {
    const ExecutionKey other = execution_key(s.client, "20261121-000000-bbbbbb");
    s.farm.append(other, lines(s.events), 1);
    s.tick();
    const std::string line = must(read_file(s.layout.summaries(other)));
    std::filesystem::resize_file(s.layout.summaries(other), line.size() / 2);  // the power was gone
    s.post(1, 7);
    s.tick();
    return s.has_line();
  });
}

BOOST_AUTO_TEST_CASE(logsync_no_line_says_more_than_the_log) {
  hole(Step::logsync, [](Scene& s) {
    s.post(1, 3);
    s.post_killed_before_sync(4, 7);
    s.tick();
    s.power.strike();
    return !s.has_line() || s.next() == 8;
  });
}

BOOST_AUTO_TEST_CASE(packline_nothing_expires_without_its_line) {
  hole(Step::packline, [](Scene& s) {
    s.post(1, 7);
    Index index = s.farm.index();
    must(catch_up(s.layout, index, s.key));
    must(pack_log(s.layout, s.key));
    must(expire_logs(s.layout, {s.key}, 1));
    return s.has_line() || file_exists(s.layout.log(s.key)) || file_exists(s.layout.packed_log(s.key));
  });
}

BOOST_AUTO_TEST_CASE(packdir_the_packed_log_is_durable_before_the_plain_one_goes) {
  hole(Step::packdir, [](Scene& s) {
    s.post(1, 7);
    s.tick();
    BOOST_REQUIRE((must(pack_log(s.layout, s.key)) == Kept::done));
    s.power.strike({s.layout.log(s.key).filename().string()});  // the removal reached the disk
    const auto packed = read_file_if_there(s.layout.packed_log(s.key));
    return packed && *packed && gunzip(**packed, 1 << 20).has_value();
  });
}

// Not of the first model: closed is judged by the list of what expired, and no longer by reading the
// summaries.
BOOST_AUTO_TEST_CASE(xpfirst_who_misses_an_expired_log_makes_no_second_one) {
  hole(Step::xpfirst, [](Scene& s) {
    s.post(1, 7);
    s.tick();
    BOOST_REQUIRE(must(expire_logs(s.layout, {s.key}, 1)) == 1U);
    return s.post(1, 7).closed && !file_exists(s.layout.log(s.key));
  });
}

// The mirror image of a row that is ahead: the index falls back, the removal of the marker stays.
BOOST_AUTO_TEST_CASE(boot_an_index_of_before_the_power_failure_is_not_believed) {
  hole(Step::boot, [](Scene& s) {
    s.post(1, 3);
    s.tick();
    const Path file = std::filesystem::canonical(s.layout.current_index());
    const std::string older = must(read_file(file));
    s.post(4, 5);
    s.thirty_days_of_silence();
    must(replace_file(file, older, Sync::no));
    Database database = must(Database::open(file, Database::Mode::existing, second_ms));
    must(database.run("UPDATE meta SET value = 'another' WHERE key = 'boot'"));
    s.tick();
    return s.next_in_index() == 6;
  });
}

BOOST_AUTO_TEST_CASE(scan_a_rebuild_finds_logs_without_marker) {
  hole(Step::scan, [](Scene& s) {
    s.post(1, 3);
    s.thirty_days_of_silence();
    s.lose_index();
    return s.next_in_index() == 4;
  });
}

BOOST_AUTO_TEST_CASE(tx_an_old_row_is_not_stored_over_a_newer_one) {
  hole(Step::tx, [](Scene& s) {
    s.post(1, 3);
    Index slow = s.farm.index();
    const auto others = [&] {
      s.post(4, 7);
      s.tick();
    };
    // As it is, there is no moment between reading and storing in which others could come.
    bool whole = true;
    at_step(Step::tx, [&] { whole = step(Step::tx); });
    step(Step::tx);
    at_step(whole ? Step::tx : Step::written, others);
    must(catch_up(s.layout, slow, s.key));
    s.tick();
    return s.closed_in_index();
  });
}

// The whole trace (a rebuild switches while the tick folds into the old index) no longer does harm here:
// SQLite sees that its file was moved, and the tick then begins anew. The lock is what keeps it from
// happening.
BOOST_AUTO_TEST_CASE(genlock_a_rebuild_waits_for_the_tick) {
  hole(Step::genlock, [](Scene& s) {
    s.post(1, 3);
    bool waits = false;
    at_step(Step::tx, [&] { waits = !LockFile::take(s.layout.generate_lock(), 0); });
    TickOptions quiet;
    quiet.say = [](const std::string&) {};
    quiet.written = [](const std::string&) {};
    must(run_tick(s.layout, s.farm.clock(), quiet));
    return waits;
  });
}

// Endpoints write no lines and remove no markers: ours do not know how to. The mutant here is one that does.
BOOST_AUTO_TEST_CASE(tickonly_an_endpoint_leaves_lines_and_markers_alone) {
  const auto kept = [](bool settles) {
    Scene s;
    s.post(1, 3);
    s.tick();
    at_step(Step::written, [&] {
      Index old = *must(Index::open(s.layout, second_ms));
      s.post(4, 7);
      if (settles) must(settle_markers(s.layout, old, s.farm.clock().now(), [](const Error&) {}));
    });
    must(rebuild_index(s.layout, [](const RebuildProgress&) {}));
    s.tick();
    return s.closed_in_index();
  };
  BOOST_TEST(kept(false));
  BOOST_TEST(!kept(true));
}

BOOST_AUTO_TEST_CASE(lineoff_nothing_is_folded_onto_a_row_that_a_line_made) {
  hole(Step::lineoff, [](Scene& s) {
    s.post(1, 7);
    Scene::killed_at(Step::linesync, [&] { s.tick(); });
    s.lose_index();
    s.tick();
    s.tick();
    Index index = s.farm.index();
    const auto row = must(index.execution(s.key));
    const auto line = must(find_summary_line(s.layout, s.key));
    BOOST_REQUIRE((row && line));
    return row->closed && encode(row->summary) == encode(line->summary) && row->offset == line->offset;
  });
}

BOOST_AUTO_TEST_CASE(unique_a_journal_of_the_old_index_is_not_played_into_the_new_one) {
  hole(Step::unique, [](Scene& s) {
    must(rebuild_index(s.layout, [](const RebuildProgress&) {}));
    const Path old_file = std::filesystem::canonical(s.layout.current_index());
    std::string journal;
    {
      Index old = *must(Index::open(s.layout, second_ms));
      const Transaction transaction = must(old.begin());
      must(old.put(ExecutionRow{s.key, 1, false, {}}));
      journal = must(read_file(old_file.string() + "-journal"));
      BOOST_REQUIRE(!journal.empty());
    }
    s.lose_index();
    s.post(1, 7);
    must(rebuild_index(s.layout, [](const RebuildProgress&) {}));
    must(replace_file(old_file.string() + "-journal", journal, Sync::no));
    const auto index = Index::open(s.layout, second_ms);
    if (!index || !*index) return false;
    Index opened = *must(Index::open(s.layout, second_ms));
    const auto row = opened.execution(s.key);
    return row && *row && (*row)->closed;
  });
}

BOOST_AUTO_TEST_SUITE_END()

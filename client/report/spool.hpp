// Events on the client's own disk, before anybody sends them. One file of lines per execution, as the wire
// has them; beside it when the execution began, to tell its age later. A machine may die at any byte: a torn
// last line is cut and an execution without an end is closed as interrupted at the next start.
//
//   DIR/E.jsonl, DIR/E.begun     on its way
//   DIR/done/E.jsonl …           acknowledged to the end; kept 14 days, for a farm restored from a backup
//   DIR/done/E.new               no heartbeat was acknowledged since then: a farm that is restored to before
//   E
//                                could not be told from one that has it, so E is offered again at the next
//                                start
//   DIR/farm, DIR/counter        whose spool it is; the last heartbeat that was acknowledged
//   (farm_connection.cpp) DIR/parked/E.jsonl …         refused by the farm for good, with E.why
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "schema/event.hpp"
#include "schema/ids.hpp"

namespace testfarm {

// Writes one execution. Events are on the disk in order; durable at the start, at the end and about once a
// second in between. What is sent is durable first (Spool::read).
class SpoolWriter {
 public:
  const ExecutionId& execution() const { return execution_; }
  // Numbers the event, notes its time and writes it.
  Status add(EventBody body);
  Status sync();
  std::uint64_t next() const { return next_; }

 private:
  friend class Spool;
  SpoolWriter(ExecutionId execution, Fd file, Path path, const Clock& clock, Millis began)
      : execution_(std::move(execution)),
        file_(std::move(file)),
        path_(std::move(path)),
        clock_(&clock),
        began_(began) {}
  ExecutionId execution_;
  Fd file_;
  Path path_;
  const Clock* clock_;
  Millis began_;
  Millis synced_ = 0;
  std::uint64_t next_ = 1;
};

class Spool {
 public:
  static Result<Spool> open(Path directory, const Clock& clock);

  Result<SpoolWriter> begin();
  // The execution also on its way in another spool, of the same file system: one file with two names.
  Status share(const ExecutionId& execution, const Spool& with) const;
  // Executions on their way, oldest first.
  Result<std::vector<ExecutionId>> pending() const;
  // All that is here, newest first: on its way, acknowledged or parked.
  struct Kept {
    ExecutionId execution;
    Path lines;
    enum class Where : std::uint8_t { on_its_way, done, parked } where;
    Millis written = 0;  // last; tells executions of one second apart
  };
  Result<std::vector<Kept>> kept() const;
  // Closes what a killed client left open, offers again what was not confirmed, and forgets what was done 14
  // days ago. Answers how many it closed.
  Result<std::uint64_t> recover();

  // Whole lines from event `from` on, at most `most` bytes unless a single line is longer; empty if there are
  // none. `hint` is where to begin to look, 0 or what an earlier answer said of an event before.
  struct Chunk {
    std::uint64_t from = 0;
    std::uint64_t to = 0;  // the last line's number
    std::string lines;
    std::uint64_t offset = 0;  // of the first line
    bool more = false;         // whole lines may stand behind them
  };
  Result<Chunk> read(const ExecutionId& execution, std::uint64_t from, std::size_t most,
                     std::uint64_t hint = 0) const;
  // How long ago the execution began: by the monotonic clock within one boot, else by the wall clock.
  Millis age(const ExecutionId& execution) const;

  Status done(const ExecutionId& execution);
  // Names of what was done and not confirmed; and, when a heartbeat that was sent after asking is
  // acknowledged, that it is.
  Result<std::vector<std::string>> unconfirmed() const;
  Status confirm(const std::vector<std::string>& names);
  // What was done is on its way again, for a farm that may have forgotten it. Answers how many.
  Result<std::uint64_t> recall();
  Status park(const ExecutionId& execution, const std::string& why);
  std::uint64_t parked() const;

 private:
  Spool(Path directory, const Clock& clock) : directory_(std::move(directory)), clock_(&clock) {}
  Path lines_of(const ExecutionId& execution) const { return directory_ / (execution.text() + ".jsonl"); }
  Path begun_of(const ExecutionId& execution) const { return directory_ / (execution.text() + ".begun"); }
  Result<std::string> lines_from(const Fd& file, const Path& path, std::uint64_t offset,
                                 std::size_t least) const;
  Status move_to(const ExecutionId& execution, const Path& directory);
  Result<bool> close_if_open(const ExecutionId& execution);
  Status offer_unconfirmed();
  Status forget_old();
  Path directory_;
  const Clock* clock_;
};

}  // namespace testfarm

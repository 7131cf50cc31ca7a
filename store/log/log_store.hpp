// The logs of executions: the only writer of E.jsonl. The order of the steps in append_events was
// model-checked (docs/model); each has a comment with the name of the hole that it closes in the
// model's findings.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "schema/batch.hpp"
#include "schema/ids.hpp"
#include "store/farm_config.hpp"
#include "store/layout.hpp"
#include "store/log/frame.hpp"

namespace testfarm {

// What the frame says about the POST that brought it.
struct Receipt {
  Millis at = 0;
  Millis age = 0;
  std::string key;
  std::string sig;
};

// What one execution may take up. Whoever is above a limit may send no more bulk (output, test results), at
// twice the limit nothing that begins something; what ends something is always taken.
struct LogLimits {
  static constexpr std::uint64_t any = std::numeric_limits<std::uint64_t>::max() / 4;
  std::uint64_t events = any;
  std::uint64_t bytes = any;
  std::uint64_t command_output = any;  // bytes of text of one command
  std::uint64_t record = any;          // bytes of one event of output or test results
};

// What is beyond the execution: asked under the log's lock with what is new in a batch, and whether it begins
// the execution. False refuses it; nothing is left of it then.
using Admission = std::function<Result<bool>(const Batch& fresh, bool first)>;

// What is to be appended, and on which terms. As it stands, without limits: for who writes on the farm's own
// behalf.
struct Append {
  const Batch& batch;  // outlives it
  Receipt receipt;
  Durability durability = Durability::sync;
  LogLimits limits = {};
  Admission admit = [](const Batch&, bool) { return true; };
};

enum class Verdict : std::uint8_t {
  appended,       // kept as durably as asked for; so is all before it
  already_there,  // every event was; kept as durably as asked for
  gap,            // begins after `next`
  conflict,       // an event is there with other bytes
  after_end,      // the execution has ended before this event
  over_limit,     // `met` says which; nothing of the batch was kept
  not_admitted,   // by who was asked
};

// A limit that was met, in words: "bytes of output of one command", how many there may be and would have
// been.
struct LimitMet {
  std::string_view of;
  std::uint64_t limit;
  std::uint64_t wanted;
};

struct Appended {
  Verdict verdict;
  std::uint64_t next;           // the event that is wanted next
  bool closed;                  // the execution has ended: nothing more is wanted
  std::uint64_t bytes = 0;      // that the log grew by
  bool first = false;           // the log was made by this
  std::optional<LimitMet> met;  // of over_limit
};

// Errors: busy (the log stayed locked for 2 s), no_space, io. After an error nothing of the batch counts, and
// the same batch may be sent again.
Result<Appended> append_events(const Layout& layout, const ExecutionKey& key, const Append& append);

struct LogPosition {
  std::uint64_t next = 1;
  bool closed = false;
};
// Where a log stands: 1 where there is none. Durable like an acknowledgement, since somebody may take it for
// one.
Result<LogPosition> log_position(const Layout& layout, const ExecutionKey& key,
                                 Durability durability = Durability::sync);

// The log's lock, for whoever settles, packs or expires. Nothing where there is no log. Waits up to 2 s.
struct LockedLog {
  Fd file;
  FileFacts facts;
  ReadAt reader(const Path& path) const;  // borrows
};
Result<std::optional<LockedLog>> lock_log(const Layout& layout, const ExecutionKey& key);

}  // namespace testfarm

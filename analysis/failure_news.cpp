#include "analysis/failure_news.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "store/index/failures.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_looked_back = 100;

// Whose turn it is depends on nothing but the execution, so that a walk over all of them says what their
// ticks said. By its name's hash: by the hour, an hourly client would tell the same six for ever.
Result<bool> retells(Index& index, const ExecutionKey& execution, const std::string& fingerprint) {
  TRY_SET(const auto row, index.execution_in_short(execution));
  if (!row) return false;
  std::vector<std::string> all;
  for (const Failure& failure : row->summary.failures)
    if (std::find(all.begin(), all.end(), failure.fingerprint) == all.end())
      all.push_back(failure.fingerprint);
  const auto found = std::find(all.begin(), all.end(), fingerprint);
  if (found == all.end() || all.size() <= most_retold) return found != all.end();
  const std::size_t turns = (all.size() + most_retold - 1) / most_retold;
  const auto turn = static_cast<unsigned char>(sha256(execution.execution.text())[0]) % turns;
  return static_cast<std::size_t>(found - all.begin()) / most_retold == turn;
}

}  // namespace

Result<bool> is_news(Index& index, const ClientHistory& part, const std::string& fingerprint,
                     const ExecutionKey& execution) {
  if (part.first.execution == execution.execution) return true;
  return retells(index, execution, fingerprint);
}

Result<Millis> last_news(Index& index, const Story& story) {
  Millis last = 0;
  for (const ClientHistory& part : story.histories) {
    if (part.fixed_by) last = std::max(last, part.fixed_by->ended_at);
    last = std::max(last, part.retired_at);
    // Mostly heard of before the row began; one that was reported late moves its beginning.
    if (part.good) last = std::max(last, part.good->ended_at);
    // What is not surely the beginning may be another one with the next execution.
    if (part.sure) last = std::max(last, part.first.ended_at);
    const Millis from = part.sure ? part.first.started_at : 0;
    TRY_SET(const auto row, Failures(index).occurrences(part.client, story.branch, story.fingerprint, from,
                                                        part.last.started_at + 1, always, most_looked_back));
    for (const Occurrence& occurrence : row) {
      TRY_SET(const bool told, retells(index, {part.client, occurrence.execution}, story.fingerprint));
      if (!told) continue;
      last = std::max(last, occurrence.ended_at);
      break;
    }
  }
  return last;
}

}  // namespace testfarm

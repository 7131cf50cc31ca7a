// What a running execution says just now: small files beside its page, written anew at each output event, so
// that the page itself is written only where a command begins or ends. Costs the end of the log, not the log.
#pragma once

#include <string>

#include "base/result.hpp"
#include "generator/pages/context.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"
#include "store/summary/summary.hpp"

namespace testfarm {

struct LiveTail {
  std::string text;    // last output of the running command, as it was sent
  bool whole = false;  // that is all it said
};

// From the last 96 KiB of the log.
Result<LiveTail> read_live_tail(const Layout& layout, const ExecutionKey& key);

// Names the state of a running execution's page: another one, and the page has changed.
std::string page_state(const Summary& summary);
// P/C/E.live.json and P/C/E.live.txt (docs/SITE.md).
std::string live_json(const Summary& summary, const LiveTail& tail);
std::string live_text(const Summary& summary, const LiveTail& tail);

// Writes both, or removes them where the execution has ended.
Status write_live(PageContext& context, const ExecutionKey& key);

}  // namespace testfarm

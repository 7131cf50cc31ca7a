// Named steps whose order keeps what was acknowledged. Each name is that of the hole which opens where the
// step is left out (docs/model/findings.md). In a build for tests a step can be left out, which makes a
// mutant of our code, and a process can be stopped just before it; everywhere else all this is nothing.
#pragma once

#include <cstdint>
#include <functional>

namespace testfarm {

enum class Step : std::uint8_t {
  none,
  dupsync,    // a POST whose events are all there syncs the log before it answers
  dirsync,    // before the first append the directory is synced, whoever made the file
  mklock,     // the marker is looked for and made under the log's lock
  recheck,    // an empty log under its lock: look again whether the execution has ended long ago
  packcheck,  // only a log that is whole is packed, and never over one that is
  linesync,   // the summary line is durable before the marker goes
  tornline,   // a line is never glued to a torn one
  logsync,    // the log is durable before its summary line is written
  packline,   // only what has a summary line and no marker is packed or expires
  xpfirst,    // an execution is on the list of what expired before its log goes
  packdir,    // the packed log's name is durable before the plain one goes
  boot,       // an index of another boot is treated as deleted
  scan,       // a rebuild reads every log without a line, marker or not, and makes its marker
  tx,         // the row's offset is read inside the transaction that moves it
  genlock,    // who settles, packs or rebuilds holds generate.lock from first to last
  lineoff,    // a row made from a line is closed: nothing is folded onto it
  unique,     // an index never gets a name that another one had
  // No steps of the model, only places to stop at.
  create,   // nothing is there, and the log is about to be made
  written,  // a frame is written and not synced; a row is read and not stored; an index is built and not
            // current
};

#ifdef TESTFARM_STEPS
// Stops the process where the test wants that; false where the test wants the step left out.
bool step(Step step);
// For tests: the step to leave out, and what to call when a step is reached.
void leave_out(Step step);
void at_step(Step step, std::function<void()> call);
#else
constexpr bool step(Step /*step*/) { return true; }
#endif

}  // namespace testfarm

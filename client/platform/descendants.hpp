// Whom a client has started, directly or not: none of them outlives it.
#pragma once

#include <functional>

namespace testfarm {

// From now on a descendant whose parent has died becomes our child (PR_SET_CHILD_SUBREAPER, Linux 3.4);
// elsewhere nothing happens, and what leaves its process group outlives us.
void adopt_orphans();
// Whom we started ourselves is no orphan, from here to there.
void note_child(int id);
void forget_child(int id);
// Kills and reaps all that were adopted, and what they started.
void end_orphans();

// Runs `work` in a child process and answers its exit status. Should that child be killed, this process,
// which does nothing else, ends all that it had started; should this one be, the child is told to stop.
// Signals to stop are passed on.
int guarded(const std::function<int()>& work);

// In a child between fork and exec: to be killed when its parent dies; to give way to whoever works at the
// machine.
void die_with_parent();
void lower_priority();

}  // namespace testfarm

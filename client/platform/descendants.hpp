// Whom a client has started, directly or not: none of them outlives it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace testfarm {

// From now on a descendant whose parent has died becomes our child (PR_SET_CHILD_SUBREAPER, Linux 3.4);
// elsewhere nothing happens, and what leaves its process group outlives us.
void adopt_orphans();
// A child that is no orphan until it is forgotten, not even for another thread in between. `become` replaces
// it by another program and may use async-signal-safe calls only, and no memory but its own stack: it is a
// vfork(2), for copying the page tables of this process would cost as much as a small command. -1 with errno
// where there is none. `become` begins with all signals blocked.
int start_child(const void* plan, void (*become)(const void* plan));
void forget_child(int id);
struct StoppedProcess {
  int id = 0;
  std::string told;  // "name (id)"
};
// A process of the session that was stopped (SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU); nothing where none is, or
// where there is no /proc.
std::optional<StoppedProcess> stopped_process(int session);
// Kills and reaps all that were adopted, and what they started.
void end_orphans();

// Runs `work` in a child process and answers its exit status. Should that child be killed, this process,
// which does nothing else, ends all that it had started; should this one be, the child is told to stop.
// Signals to stop are passed on.
int guarded(const std::function<int()>& work);

// Each of these in a process of its own, at the same time; answers the worst exit status when all have ended.
// For a process without threads. Signals to stop are passed on.
int together(const std::vector<std::function<int()>>& works);

// In a child between fork and exec: to be killed when its parent dies; to give way to whoever works at the
// machine.
void die_with_parent();
void lower_priority();

}  // namespace testfarm

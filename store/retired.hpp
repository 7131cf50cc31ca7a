// projects/P/retired.jsonl: which clients and branches of a project the maintainer counts no more. An
// append-only log, written under its own lock:
//
//   {"type":"client_retired","at":1795862400000,"client":"old-mac"}   client_back takes it back
//   {"type":"branch_retired","at":1795862400000,"branch":"feature"}   branch_back takes it back
//
// What is retired keeps its history, and whoever speaks again is counted again: only what began before that
// moment is retired.
#pragma once

#include <map>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"

namespace testfarm {

struct Retired {
  std::map<ClientId, Millis> clients;  // since when; 0 for those that were taken back
  std::map<std::string, Millis> branches;

  bool empty() const { return clients.empty() && branches.empty(); }
  // Since when a client whose newest execution began then is retired; 0 where it counts.
  Millis client_since(const ClientId& client, Millis newest) const;
  Millis branch_since(const std::string& branch, Millis newest) const;
};

// Nothing is retired where there is no such file. Lines that cannot be read are skipped.
Result<Retired> read_retired(const Layout& layout, const ProjectId& project);

// Both are durable when they answer, and make the project's pages due. False: it was so already.
Result<bool> retire_client(const Layout& layout, const ClientKey& client, bool back, Millis now);
Result<bool> retire_branch(const Layout& layout, const ProjectId& project, const std::string& branch,
                           bool back, Millis now);

}  // namespace testfarm

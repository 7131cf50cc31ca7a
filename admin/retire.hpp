// Takes clients and branches out of what a farm counts: summary, badges, feeds, readiness and headline. Their
// history stays. Each function is one command; results go to `out`, a line each.
#pragma once

#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/index/index.hpp"
#include "store/layout.hpp"
#include "store/retired.hpp"

namespace testfarm {

enum class Retire : unsigned char { now, undo };

// not_found where there is no such client, or no execution on such a branch.
Status retire_client(const Layout& layout, const ClientKey& client, Retire what, const Clock& clock,
                     std::ostream& out);
Status retire_branch(const Layout& layout, const ProjectId& project, const std::string& branch, Retire what,
                     const Clock& clock, std::ostream& out);

// Who is retired, asked for a client at a time.
class RetiredClients {
 public:
  explicit RetiredClients(const Layout& layout) : layout_(layout) {}
  // Since when the client counts no more; 0 where it counts. As of the last tick: where there is no index, no
  // execution is known to have brought it back.
  Result<Millis> since(const ClientKey& client);

 private:
  Layout layout_;
  std::map<ProjectId, Retired> projects_;
  std::optional<Index> index_;
  bool opened_ = false;
};

// Clients that the index knows and whose directories are not there: deleted by hand, or on a mount that is
// away. Their pages stay as they are. None where there is no index.
Result<std::vector<ClientKey>> missing_clients(const Layout& layout);

// Every branch that somebody tested: when last, by whom, and whether it counts.
Status list_branches(const Layout& layout, const ProjectId& project, std::ostream& out);

}  // namespace testfarm

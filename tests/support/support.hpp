// A farm with verbs, and what it is fed with.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/crypto.hpp"
#include "cgi/client_api/endpoint.hpp"
#include "schema/event.hpp"
#include "schema/protocol.hpp"
#include "store/index/indexer.hpp"
#include "store/log/log_store.hpp"
#include "support/basics.hpp"

namespace testfarm {

ProjectId project_id(const std::string& text);
ClientKey client_key(const std::string& project, const std::string& client);
ExecutionKey execution_key(const ClientKey& owner, const std::string& id = "20261121-000000-aaaaaa");

// The events of a small execution: start, one task with one command and its output, end. 7 events.
std::vector<Event> small_execution(Outcome outcome = Outcome::passed);
// Lines as a client sends them, events `from` to `to` of a list, both included.
std::string lines(const std::vector<Event>& events, std::size_t from = 1, std::size_t to = 1000000);

// All regular files below a directory with their bytes, by relative path.
std::map<std::string, std::string> contents_of(const Path& directory);
// The same of a farm, without what only counts or notes: FARM/counters, the day's usage of clients,
// their door.json.
std::map<std::string, std::string> kept_in(const Path& farm);
// What `sqlite3 .dump` would compare: every table but `due`, as text.
std::string dump(Index&& index);
std::string dump(Index& index);

// A farm in a directory of its own.
class TemporaryFarm {
 public:
  explicit TemporaryFarm(const std::string& base_url = "https://ci.example.org");

  const Layout& layout() const { return layout_; }
  FakeClock& clock() { return clock_; }
  Path site() const { return directory_ / "site"; }
  const Path& path() const { return directory_.path(); }

  // A registered client of project "p" with a key of its own.
  ClientKey client(const std::string& name = "c");
  const KeyPair& keys_of(const ClientKey& client) const { return keys_.at(client); }

  Appended append(const ExecutionKey& key, const std::string& body, std::uint64_t from = 1);
  std::string log(const ExecutionKey& key) const;
  void set_log(const ExecutionKey& key, const std::string& bytes);

  Index index();  // of now; made where it is missing
  void settle();  // what a tick does with the markers
  Summary summary(const ExecutionKey& key);
  std::vector<ExecutionRow> executions(const ClientKey& client);  // newest first, 100 at most

  // Through the endpoint, signed as that client.
  Response call(const std::string& method, const std::string& path_and_query, const std::string& content_type,
                const std::string& body, const ClientKey& as);
  Response post_events(const ExecutionKey& key, const std::string& body, std::uint64_t from = 1);
  Request signed_request(const std::string& method, const std::string& path_and_query,
                         const std::string& content_type, const std::string& body, const KeyId& id,
                         const KeyPair& keys) const;
  Endpoint& endpoint() { return endpoint_; }

 private:
  TemporaryDirectory directory_;
  FakeClock clock_;
  Layout layout_;
  std::string base_url_;
  std::map<ClientKey, KeyPair> keys_;
  Endpoint endpoint_;
};

// The problem that a reply carries.
ProblemDetails problem_of(const Response& response);

}  // namespace testfarm

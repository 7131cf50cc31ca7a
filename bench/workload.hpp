// What the benches send: whole made-up executions of small events, cut into batches and signed.
#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/crypto.hpp"
#include "base/result.hpp"
#include "bench/http_load.hpp"
#include "schema/ids.hpp"

namespace testfarm {

constexpr std::size_t most_event_bytes = 900;

// A client of the bench's farm and its key, number 1.
struct Sender {
  ClientKey client;
  KeyPair keys;
};

// One execution cut into bodies; the same ones are sent under many names.
struct CutBody {
  std::uint64_t from = 1;
  std::uint64_t events = 0;
  std::shared_ptr<const std::string> body;
  std::string digest;
};
using CutExecution = std::vector<CutBody>;

// Executions with `output` bytes of output a command, the real mix of output and state changes, each event at
// most 900 bytes; `events` in one body, or as many as fit into `body_bytes`.
std::vector<CutExecution> cut_executions(std::size_t count, std::size_t output, std::size_t events,
                                         std::size_t body_bytes, std::uint64_t seed);

// One POST, as it goes to a front end or to a FastCGI program.
struct SignedPost {
  std::string target;  // path and query
  std::vector<std::pair<std::string, std::string>> headers;
};
SignedPost sign_post(const CutBody& body, const ExecutionKey& key, const Sender& sender,
                     const std::string& origin, const std::string& prefix);

ExecutionId random_execution_id(std::mt19937_64& dice);

// A lane for each execution, by the senders in turn, under fresh names. `prefix` stands before /api/1/….
std::vector<Lane> lanes_of(const std::vector<CutExecution>& executions, std::size_t count,
                           const std::vector<Sender>& senders, const std::string& origin,
                           const std::string& prefix, std::mt19937_64& dice);

}  // namespace testfarm

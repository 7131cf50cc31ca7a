// The other messages between client and endpoint (docs/PROTOCOL.md): registration, heartbeat, answers,
// problems.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "schema/event.hpp"
#include "schema/ids.hpp"

namespace testfarm {

constexpr std::string_view events_media_type = "application/x-ndjson";
constexpr std::string_view json_media_type = "application/json";
constexpr std::string_view problem_media_type = "application/problem+json";

// The address of an API call below a farm's own address: "/api/1/projects/P/clients/C" and what follows.
std::string api_path(const ClientKey& client);
std::string events_path(const ExecutionKey& execution);

// GET /api/1/
struct ServerInfo {
  std::string version;
  std::string time;  // ISO 8601, UTC
  std::uint64_t body_limit = 0;
  std::uint64_t record_limit = 0;  // bytes of one event
  bool signature_seen = false;     // the three headers of a signature came with the question
};

// POST …/register, signed with the key that it brings and key id P.C.0.
struct Registration {
  std::string invite;      // the secret part
  std::string public_key;  // base64 of 32 bytes
};
struct Registered {
  std::string key_id;
  std::string farm_key;  // base64 of the public half of its identity; empty where it has none
};

// A request of the farm's. Given again with every answer until a heartbeat acknowledges its id.
enum class RequestType : std::uint8_t { run, abort, pause, resume };
struct ClientRequest {
  std::string id;
  RequestType type = RequestType::run;
  std::string execution;  // of abort
};

enum class Activity : std::uint8_t { waiting, running, paused };

// POST …/heartbeat. The counter must exceed the last one accepted, so that a replay changes nothing.
struct Heartbeat {
  std::uint64_t counter = 0;
  std::uint64_t acknowledged = 0;  // counter of the last heartbeat whose answer arrived
  Activity activity = Activity::waiting;
  std::string execution;         // while running
  std::uint64_t next_check = 0;  // minutes: the promise to be back by then
  Facts facts;
  std::vector<std::string> done;  // ids of commands carried out
  std::string version;
  // Branches that it tested, would test, and that the repository has no more; those tested last.
  std::vector<std::string> gone = {};
};
struct HeartbeatAnswer {
  std::string time;
  // The farm was restored from a copy: it had forgotten a heartbeat that this client knows to be
  // acknowledged. Said until the client has heard it.
  bool restored = false;
  std::vector<ClientRequest> commands;
  std::string farm_key = {};  // as of Registered
  // Where the request was signed for an address of before: the address of now, and the farm's signature of
  // the move (schema/move.hpp).
  std::string moved_to = {}, moved_signature = {};
  // Where the request was signed by a name of before: what the client is called now, "project/client".
  std::string called = {};
};

// The answer to events, and to GET of their position.
struct Position {
  std::uint64_t next = 0;
  bool closed = false;  // the execution has ended; nothing more will be taken
  std::vector<ClientRequest> commands;
};

// RFC 9457. Only an answer of this media type whose type begins with ours is our word.
struct ProblemDetails {
  std::string type;  // "urn:testfarm:gap"
  std::string title;
  std::int64_t status = 0;
  std::string detail;
  std::uint64_t next = 0;        // gap, conflict: where to go on
  std::uint64_t body_limit = 0;  // too-large
  std::uint64_t limit = 0;       // record, full, day-limit, no-space: how much there may be
  std::uint64_t counter = 0;     // counter: the last one accepted
};
constexpr std::string_view problem_prefix = "urn:testfarm:";

std::string encode(const ServerInfo& message);
std::string encode(const Registration& message);
std::string encode(const Registered& message);
std::string encode(const Heartbeat& message);
std::string encode(const HeartbeatAnswer& message);
std::string encode(const Position& message);
std::string encode(const ProblemDetails& message);

template <typename Message>
Result<Message> decode(std::string_view text);

// "P/C/secret": all that a volunteer needs to register, in one word. C may be "debian-*": several clients.
struct Invite {
  ProjectId project;
  ClientNames clients;
  std::string secret;
  static Result<Invite> parse(std::string_view code);
  std::string code() const;
};

}  // namespace testfarm

#include "bench/workload.hpp"

#include "admin/made_up/fiction.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "schema/codec.hpp"
#include "schema/protocol.hpp"
#include "schema/signature.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_text = 600;
constexpr std::size_t most_tests = 8;

// As a client that sends live would cut it: small pieces of output, few tests an event.
std::vector<Event> in_small_events(const std::vector<Event>& events) {
  std::vector<Event> small;
  const auto tell = [&](Millis at, EventBody body) {
    Event& event = small.emplace_back();
    event.number = small.size();
    event.at = at;
    event.body = std::move(body);
  };
  for (const Event& event : events) {
    if (const auto* output = std::get_if<Output>(&event.body)) {
      for (std::string_view rest = output->text; !rest.empty();) {
        std::string_view piece = rest.substr(0, most_text);
        if (piece.size() < rest.size()) piece = piece.substr(0, piece.rfind('\n') + 1);
        tell(event.at,
             Output{
                 .task = output->task, .command = output->command, .omitted = 0, .text = std::string(piece)});
        rest.remove_prefix(piece.size());
      }
    } else if (const auto* results = std::get_if<TestResults>(&event.body)) {
      for (std::size_t i = 0; i < results->tests.size(); i += most_tests) {
        const auto first = results->tests.begin() + static_cast<std::ptrdiff_t>(i);
        const auto count = static_cast<std::ptrdiff_t>(std::min(most_tests, results->tests.size() - i));
        tell(event.at, TestResults{results->task, results->command, {first, first + count}});
      }
    } else {
      tell(event.at, event.body);
    }
  }
  return small;
}

CutExecution cut(const std::vector<Event>& events, std::size_t most_events, std::size_t body_bytes) {
  CutExecution bodies;
  std::string body;
  std::uint64_t count = 0;
  const auto close = [&](std::uint64_t next) {
    if (count == 0) return;
    const std::string digest = content_digest(body);
    bodies.push_back({.from = next - count,
                      .events = count,
                      .body = std::make_shared<const std::string>(std::move(body)),
                      .digest = digest});
    body.clear();
    count = 0;
  };
  for (const Event& event : events) {
    const std::string line = encode_event(event) + '\n';
    if (body.size() + line.size() > body_bytes || count == most_events) close(event.number);
    body += line;
    ++count;
  }
  close(events.size() + 1);
  return bodies;
}

}  // namespace

std::vector<CutExecution> cut_executions(std::size_t count, std::size_t output, std::size_t events,
                                         std::size_t body_bytes, std::uint64_t seed) {
  std::mt19937_64 dice(seed);
  const FictionHistory history(seed, 0, 100 * day_ms, 100);
  const FictionShape shape{.seed = seed, .tasks = 4, .commands = 4, .output_bytes = output, .tests = 40};
  std::vector<CutExecution> executions;
  while (executions.size() < count) {
    const std::size_t commit = 1 + dice() % 90;
    const auto told =
        in_small_events(fiction_execution(shape, history, fiction_machine(dice()), commit - 1, commit, dice));
    executions.push_back(cut(told, events, body_bytes));
  }
  return executions;
}

SignedPost sign_post(const CutBody& body, const ExecutionKey& key, const Sender& sender,
                     const std::string& origin, const std::string& prefix) {
  SignedPost post;
  post.target = concat(prefix, events_path(key), "?from=", body.from, "&age=1000");
  const SignatureParameters parameters{system_clock().now(), "n", KeyId{sender.client, 1}.text()};
  const std::string uri = origin + post.target;
  const std::string base = signature_base(
      {.method = "POST", .target_uri = uri, .content_type = events_media_type}, body.digest, parameters);
  const std::string input = base.substr(base.rfind("\"@signature-params\": ") + 21);
  post.headers = {
      {"Content-Type", std::string(events_media_type)},
      {"Content-Digest", body.digest},
      {"Signature-Input", concat("tf=", input)},
      {"Signature", concat("tf=:", to_base64(bytes_of(sign(base, sender.keys.secret_key))), ':')}};
  return post;
}

ExecutionId random_execution_id(std::mt19937_64& dice) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string tail;
  for (int i = 0; i < 6; ++i) tail += letters[dice() % letters.size()];
  const Millis at = system_clock().now() - static_cast<Millis>(dice() % 1000) * second_ms;
  return *ExecutionId::parse(compact_time(at) + '-' + tail);
}

std::vector<Lane> lanes_of(const std::vector<CutExecution>& executions, std::size_t count,
                           const std::vector<Sender>& senders, const std::string& origin,
                           const std::string& prefix, std::mt19937_64& dice) {
  std::vector<Lane> lanes;
  for (std::size_t i = 0; i < count; ++i) {
    const Sender& sender = senders[i % senders.size()];
    const ExecutionKey key{sender.client, random_execution_id(dice)};
    Lane lane;
    for (const CutBody& body : executions[i % executions.size()]) {
      const SignedPost post = sign_post(body, key, sender, origin, prefix);
      std::string head =
          concat("POST ", post.target, " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ", body.body->size(),
                 "\r\n");
      for (const auto& [name, value] : post.headers) head += concat(name, ": ", value, "\r\n");
      lane.push_back({head + "\r\n", body.body, body.events});
    }
    lanes.push_back(std::move(lane));
  }
  return lanes;
}

}  // namespace testfarm

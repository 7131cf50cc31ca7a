#include "cgi/client_api/heartbeat.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "cgi/client_api/answers.hpp"
#include "cgi/http/problems.hpp"
#include "schema/move.hpp"
#include "schema/protocol.hpp"
#include "store/clients/door_note.hpp"
#include "store/clients/register.hpp"
#include "store/clients/state.hpp"

namespace testfarm {

namespace {

// A client that still uses an address of before learns the one of now, and its maintainer that it does.
void tell_move(const FarmContext& farm, HeartbeatAnswer& answer) {
  const FarmIdentity* identity = farm.files.identity();
  if (farm.files.signed_for().empty() || identity == nullptr) return;
  const Move move =
      signed_move(farm.files.signed_for(), farm.files.config().base_url, identity->keys.secret_key);
  answer.moved_to = move.to;
  answer.moved_signature = move.signature;
}

// A client that comes by a name of before hears the one of now.
void tell_name(const ClientKey& client, const Request& request, HeartbeatAnswer& answer) {
  const auto key = key_of(request.signature);
  if (key && key->owner != client) answer.called = name_of(client);
}

// A note that cannot be kept is no reason to refuse what was taken.
void note_door(const FarmContext& farm, const ClientKey& client) {
  const Layout& layout = farm.files.layout();
  const std::string& address = farm.files.signed_for();
  static_cast<void>(address.empty()
                        ? forget_door_note(layout, client)
                        : note_at_door(layout, client,
                                       {.what = AtDoor::former, .address = address, .at = farm.clock.now()}));
}

}  // namespace

Result<Response> take_heartbeat(const FarmContext& farm, const ClientKey& client, const Request& request) {
  if (request.content_type != json_media_type) return wrong_type(json_media_type);
  TRY_SET(const Heartbeat heartbeat, decode<Heartbeat>(request.body));
  const auto taken = take_heartbeat(farm.files.layout(), client, heartbeat, farm.clock.now());
  if (!taken) return fail(ours(taken.error()));
  if (!taken->accepted) {
    ProblemDetails why = problem(409, "counter", "The counter must exceed the last one",
                                 concat("The last one was ", taken->counter, "."));
    why.counter = taken->counter;
    return reply(why);
  }
  if (!heartbeat.done.empty())
    if (const auto noted = note_done(farm.files.layout(), client, heartbeat.done, farm.clock.now()); !noted)
      return fail(ours(noted.error()));
  std::vector<ClientRequest> requests = requests_of(farm, client);
  std::erase_if(requests, [&](const ClientRequest& asked) {
    return std::find(heartbeat.done.begin(), heartbeat.done.end(), asked.id) != heartbeat.done.end();
  });
  HeartbeatAnswer said{.time = iso_time(farm.clock.now()),
                       .restored = taken->restored,
                       .commands = std::move(requests),
                       .farm_key = farm_key(farm)};
  tell_move(farm, said);
  tell_name(client, request, said);
  note_door(farm, client);
  Response response = answer(200, encode(said));
  response.taken.heartbeats = 1;
  return response;
}

}  // namespace testfarm

#include "store/clients/state.hpp"

#include "base/file.hpp"
#include "schema/fields.hpp"
#include "schema/limits.hpp"
#include "store/clients/register.hpp"
#include "store/log/marker.hpp"

namespace testfarm {

template <typename Archive>
static void fields(Archive& archive, ClientState& state) {
  constexpr std::uint64_t any_number = 1ULL << 53;
  archive.number("counter", state.counter, 0, any_number);
  archive.number("restored", state.restored, 0, any_number, Need::optional);
  archive.number("heard_at", state.heard_at, 0, any_number);
  archive.number("deadline", state.deadline, 0, any_number);
  archive.choice("activity", state.activity, names_of<Activity>());
  archive.text("execution", state.execution, limits::name, TextKind::line, Need::optional);
  archive.text_map("facts", state.facts, limits::facts);
  archive.text("version", state.version, limits::name, TextKind::line, Need::optional);
  archive.words("gone", state.gone, limits::gone);
}

std::string encode(const ClientState& state) { return encode_message(state); }

ClientState decode_client_state(std::string_view text) {
  return decode_message<ClientState>(text).value_or(ClientState{});
}

Result<ClientState> read_client_state(const Layout& layout, const ClientKey& client) {
  TRY_SET(const auto text, read_file_if_there(layout.client_state(client), 1 << 20));
  return decode_client_state(text.value_or(""));
}

Result<HeartbeatTaken> take_heartbeat(const Layout& layout, const ClientKey& client,
                                      const Heartbeat& heartbeat, Millis now) {
  TRY_SET(const Fd lock, lock_client(layout, client));
  TRY_SET(const ClientState before, read_client_state(layout, client));
  if (heartbeat.counter <= before.counter) return HeartbeatTaken{false, before.counter, false};
  const Millis deadline = now + static_cast<Millis>(heartbeat.next_check) * minute_ms;
  const std::uint64_t restored = heartbeat.acknowledged > before.counter     ? heartbeat.counter
                                 : heartbeat.acknowledged >= before.restored ? 0
                                                                             : before.restored;
  const ClientState state{.counter = heartbeat.counter,
                          .restored = restored,
                          .heard_at = now,
                          .deadline = deadline,
                          .activity = heartbeat.activity,
                          .execution = heartbeat.execution,
                          .facts = heartbeat.facts,
                          .version = heartbeat.version,
                          .gone = heartbeat.gone};
  // The marker first: a state that nobody is told of would not reach the pages.
  TRY(put_marker(layout, layout.marker(client)));
  TRY(replace_file(layout.client_state(client), encode(state) + '\n', Sync::yes));
  return HeartbeatTaken{true, before.counter, restored > 0};
}

}  // namespace testfarm

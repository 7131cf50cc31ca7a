#include "admin/made_up/simulate.hpp"

#include <ostream>

#include "admin/commands.hpp"
#include "base/file.hpp"
#include "base/progress_line.hpp"
#include "base/text.hpp"
#include "schema/batch.hpp"
#include "schema/codec.hpp"
#include "store/clients/register.hpp"
#include "store/clients/state.hpp"
#include "store/log/expired_list.hpp"
#include "store/log/log_store.hpp"
#include "store/log/summary_file.hpp"

namespace testfarm {
namespace {

constexpr std::size_t frame_bytes = 96 * 1024;

std::string client_name(const FictionMachine& machine, std::uint64_t number) {
  std::string name;
  for (const char c : machine.system) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      name += c;
    else if (c >= 'A' && c <= 'Z')
      name += static_cast<char>(c - 'A' + 'a');
    else if (!name.empty() && name.back() != '-')
      name += '-';
  }
  return concat(name, '-', number + 1);
}

// What is left of executions when their logs have expired: a month's lines, written at once.
class SummaryLines {
 public:
  explicit SummaryLines(const Layout& layout) : layout_(layout) {}

  Status add(const ExecutionKey& key, const std::vector<Event>& events, Millis started) {
    if (!month_.empty() && month_ != layout_.month(key)) TRY(write());
    month_ = layout_.month(key);
    Summary summary;
    for (const Event& event : events) {
      apply_receipt(summary, started + event.at, event.at);
      apply(summary, event);
    }
    text_ += format_summary_line(key, 1, summary);
    keys_.push_back(key);
    return {};
  }
  Status write() {
    if (text_.empty()) return {};
    TRY(make_directories(month_));
    const Path path = month_ / "summaries.jsonl";
    TRY_SET(const Fd file, open_file(path, Open::append_create));
    TRY(write_all(file, text_, path));
    text_.clear();
    TRY(add_expired(layout_, keys_, system_clock().now()));
    keys_.clear();
    return {};
  }

 private:
  const Layout& layout_;
  Path month_;
  std::string text_;
  std::vector<ExecutionKey> keys_;
};

Status put_state(const Layout& layout, const ClientKey& client, const FictionMachine& machine, Millis heard,
                 Millis every) {
  ClientState state;
  state.counter = 1;
  state.heard_at = heard;
  state.deadline = heard + every;
  state.facts = {
      {"system", machine.system}, {"compiler", machine.compiler}, {"architecture", machine.architecture}};
  TRY(replace_file(layout.client_state(client), encode(state) + '\n', Sync::no));
  TRY(make_empty_file(layout.marker(client)));
  return {};
}

// Cut off while a command speaks, past the middle.
void leave_running(std::vector<Event>& events) {
  for (std::size_t i = events.size() / 2; i < events.size(); ++i)
    if (std::holds_alternative<Output>(events[i].body)) return events.resize(i + 1, events[i]);
}

Status simulate_client(const Layout& layout, const ClientKey& client, const FictionMachine& machine,
                       const FictionHistory& history, const SimulateOptions& options, Millis until,
                       std::uint64_t number) {
  std::mt19937_64 dice(options.shape.seed * 1000003 + number);
  if (!file_exists(layout.client_log(client))) {
    TRY(make_directories(layout.client(client)));
    TRY(make_empty_file(layout.client_log(client)));
  }
  const auto count = static_cast<Millis>(options.executions);
  std::size_t previous = 0;
  Millis started = until;
  SummaryLines lines(layout);
  for (Millis i = 0; i < count; ++i) {
    const Millis jitter =
        static_cast<Millis>(dice() % static_cast<std::uint64_t>(std::max<Millis>(options.every / 4, 1)));
    started = until - (count - i) * options.every + jitter;
    const std::size_t commit = history.tip(started);
    TRY_SET(ExecutionId id, fiction_id(started, dice));
    const ExecutionKey key{client, std::move(id)};
    auto events = fiction_execution(options.shape, history, machine, previous, commit, dice);
    if (number < options.running && i + 1 == count) leave_running(events);
    TRY(options.only_summaries ? lines.add(key, events, started) : put_fiction(layout, key, events, started));
    previous = commit;
  }
  TRY(lines.write());
  return put_state(layout, client, machine, started + 10 * minute_ms, options.every);
}

}  // namespace

Result<ExecutionId> fiction_id(Millis at, std::mt19937_64& dice) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string tail;
  for (int i = 0; i < 6; ++i) tail += letters[dice() % letters.size()];
  return ExecutionId::parse(compact_time(at) + '-' + tail);
}

// The events in frames of the size that a client would send, received as they would have been.
Status put_fiction(const Layout& layout, const ExecutionKey& key, const std::vector<Event>& events,
                   Millis started, Millis delay) {
  std::string body;
  std::uint64_t from = 1;
  for (std::size_t i = 0; i < events.size(); ++i) {
    body += encode_event(events[i]) + '\n';
    if (body.size() < frame_bytes && i + 1 < events.size()) continue;
    TRY_SET(const Batch batch, decode_batch(body, from));
    const Receipt receipt{.at = started + events[i].at + delay, .age = events[i].at + delay};
    TRY(append_events(layout, key, {.batch = batch, .receipt = receipt, .durability = Durability::write}));
    from = batch.next;
    body.clear();
  }
  return {};
}

Status simulate(const Layout& layout, const ProjectId& project, const SimulateOptions& options,
                const Clock& clock, std::ostream& out) {
  const Millis until = options.until == 0 ? clock.now() : options.until;
  const Millis from = until - static_cast<Millis>(options.executions + 1) * options.every;
  if (from < 0)
    return fail(ErrorKind::bad_input,
                concat(counted(options.executions, "execution"),
                       " of a client so far apart would begin before 1970; say a shorter --every"));
  if (!file_exists(layout.project_toml(project)))
    TRY(add_project(layout, project, project.text(), "made up by testfarm-admin simulate", out));
  const FictionHistory history(options.shape.seed, from, until, options.commits);
  const std::uint64_t clients = options.client.empty() ? options.clients : 1;
  const ProgressLine line;
  for (std::uint64_t n = 0; n < clients; ++n) {
    const FictionMachine machine = fiction_machine(n);
    TRY_SET(ClientId id, ClientId::parse(options.client.empty() ? client_name(machine, n) : options.client));
    const ClientKey client{project, std::move(id)};
    TRY(simulate_client(layout, client, machine, history, options, until, n));
    line.show(concat(counted(n + 1, "client"), ", ", counted((n + 1) * options.executions, "execution")));
  }
  const auto& culprit = history.commits()[history.culprit()];
  out << counted(clients, "client") << ", " << counted(clients * options.executions, "execution")
      << ".\nThe culprit is " << culprit.revision << " (" << culprit.message << ", by " << culprit.author
      << ", " << iso_time(culprit.at) << "); it breaks clients with libc++.\nNext: testfarm-generate "
      << layout.root().string() << '\n';
  return {};
}

}  // namespace testfarm

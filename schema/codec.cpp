#include "schema/codec.hpp"

#include <array>
#include <limits>
#include <utility>

#include "base/json.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "schema/fields.hpp"
#include "schema/limits.hpp"

namespace testfarm {
constexpr std::uint64_t longest = 1000ULL * 3600 * 24 * 366 * 10;  // milliseconds: ten years
constexpr std::uint64_t bytes_most = 1ULL << 50;

template <typename Archive>
static void fields(Archive& archive, Change& change) {
  archive.text("revision", change.revision, limits::name, TextKind::line);
  archive.text("author", change.author, limits::name, TextKind::line, Need::optional);
  archive.number("time", change.time, 0, std::numeric_limits<std::int32_t>::max() * 100ULL, Need::optional);
  archive.text("message", change.message, limits::message, TextKind::text, Need::optional);
}

template <typename Archive>
static void fields(Archive& archive, Repository& repository) {
  archive.text("name", repository.name, limits::name, TextKind::line);
  archive.text("url", repository.url, limits::url, TextKind::line, Need::optional);
  archive.text("revision", repository.revision, limits::name, TextKind::line);
  archive.text("previous", repository.previous, limits::name, TextKind::line, Need::optional);
  archive.list("changes", repository.changes, limits::changes);
  archive.number("changes_omitted", repository.changes_omitted, 0, bytes_most, Need::optional);
}

template <typename Archive>
static void fields(Archive& archive, PlannedTask& task) {
  archive.text("name", task.name, limits::name, TextKind::line);
  archive.choice("kind", task.kind, names_of<TaskKind>());
}

template <typename Archive>
static void fields(Archive& archive, ExecutionStarted& event) {
  archive.text("branch", event.branch, limits::name, TextKind::line);
  archive.choice("reason", event.reason, names_of<Reason>());
  archive.list("repositories", event.repositories, limits::repositories);
  archive.text_map("facts", event.facts, limits::facts);
  archive.list("plan", event.plan, limits::tasks);
}

template <typename Archive>
static void fields(Archive& archive, TaskStarted& event) {
  archive.number("task", event.task, 1, limits::tasks);
  archive.text("name", event.name, limits::name, TextKind::line);
  archive.choice("kind", event.kind, names_of<TaskKind>());
  archive.flag("mandatory", event.mandatory);
}

template <typename Archive, typename OfCommand>
static void command_place(Archive& archive, OfCommand& event) {
  archive.number("task", event.task, 1, limits::tasks);
  archive.number("command", event.command, 1, limits::tasks);
}

template <typename Archive>
static void fields(Archive& archive, CommandStarted& event) {
  command_place(archive, event);
  archive.text("line", event.line, limits::command_text, TextKind::text);
}

template <typename Archive>
static void fields(Archive& archive, Output& event) {
  command_place(archive, event);
  archive.number("omitted", event.omitted, 0, bytes_most, Need::optional);
  archive.text("text", event.text, limits::output_text, TextKind::raw, Need::optional);
}

template <typename Archive>
static void fields(Archive& archive, CommandEnded& event) {
  command_place(archive, event);
  archive.choice("ending", event.ending, names_of<CommandEnding>());
  archive.number("status", event.status, 0, std::numeric_limits<std::uint32_t>::max(), Need::optional);
  archive.flag("success", event.success);
  archive.number("duration", event.duration, 0, longest, Need::optional);
  archive.text("reason", event.reason, limits::message, TextKind::line, Need::optional);
  archive.text("info", event.info, limits::info, TextKind::text, Need::optional);
  archive.number_map("stats", event.stats, limits::stats);
  archive.number("output_bytes", event.output_bytes, 0, bytes_most, Need::optional);
  archive.number("omitted_bytes", event.omitted_bytes, 0, bytes_most, Need::optional);
}

template <typename Archive>
static void fields(Archive& archive, TestResult& test) {
  archive.text("name", test.name, limits::name, TextKind::line);
  archive.choice("outcome", test.outcome, names_of<TestOutcome>());
  archive.real("seconds", test.seconds, Need::optional);
  archive.text("message", test.message, limits::message, TextKind::raw, Need::optional);
  archive.flag("flaky", test.flaky);
}

template <typename Archive>
static void fields(Archive& archive, TestResults& event) {
  command_place(archive, event);
  archive.list("tests", event.tests, limits::tests_per_event);
}

template <typename Archive>
static void fields(Archive& archive, TaskEnded& event) {
  archive.number("task", event.task, 1, limits::tasks);
  archive.choice("outcome", event.outcome, names_of<TaskOutcome>());
  archive.number("duration", event.duration, 0, longest, Need::optional);
}

template <typename Archive>
static void fields(Archive& archive, ExecutionEnded& event) {
  archive.choice("outcome", event.outcome, names_of<Outcome>());
  archive.number("duration", event.duration, 0, longest, Need::optional);
  archive.text("reason", event.reason, limits::message, TextKind::text, Need::optional);
}

template <typename Archive>
static void fields(Archive& archive, EventsLost& event) {
  archive.number("last", event.last, 1, limits::events);
  archive.text("reason", event.reason, limits::message, TextKind::text, Need::optional);
}

namespace {

// In the order of EventBody's alternatives.
constexpr std::array<std::string_view, std::variant_size_v<EventBody>> types{
    "execution_started", "task_started", "command_started", "output",     "command_ended",
    "test_results",      "task_ended",   "execution_ended", "events_lost"};

template <std::size_t Index>
bool set_body(EventBody& body, std::string_view type) {
  if (types[Index] != type) return false;
  body.emplace<Index>();
  return true;
}

template <std::size_t... Index>
bool set_body(EventBody& body, std::string_view type, std::index_sequence<Index...>) {
  return (set_body<Index>(body, type) || ...);
}

using AllTypes = std::make_index_sequence<std::variant_size_v<EventBody>>;

constexpr std::string_view number_prefix = "{\"n\":";

}  // namespace

std::optional<std::uint64_t> event_number(std::string_view line) {
  if (!line.starts_with(number_prefix)) return std::nullopt;
  line.remove_prefix(number_prefix.size());
  return to_unsigned(line.substr(0, line.find_first_not_of("0123456789")));
}

Result<Event> decode_event(std::string_view line) {
  if (line.size() + 1 > limits::event_line)
    return fail(ErrorKind::too_large, concat("the event is longer than ", limits::event_line, " bytes"));
  if (!event_number(line))
    return fail(ErrorKind::bad_input, "n: must be a whole number and the first member: {\"n\":1,…");
  TRY_SET(const json::Document document, json::Document::parse(line));

  Decoder decoder(document.root());
  Event event;
  decoder.number("n", event.number, 1, limits::events);
  decoder.number("t", event.at, 0, longest);
  const std::string type = document.root().text("type");
  if (!decoder.error() && !set_body(event.body, type, AllTypes{}))
    return fail(ErrorKind::bad_input, concat("type: ", in_quotes(type),
                                             " is no event that this version (" TESTFARM_VERSION ") knows"));
  std::visit([&](auto& body) { fields(decoder, body); }, event.body);
  if (const auto* lost = std::get_if<EventsLost>(&event.body);
      !decoder.error() && lost != nullptr && lost->last < event.number)
    return fail(ErrorKind::bad_input, "last: is before the event's own number");
  if (decoder.error()) return fail(ErrorKind::bad_input, *decoder.error());
  return event;
}

std::string encode_event(const Event& event) {
  json::Writer writer;
  Encoder encoder(writer);
  writer.object().member("n", event.number).member("t", event.at).member("type", types[event.body.index()]);
  std::visit([&](auto body) { fields(encoder, body); }, event.body);
  writer.end_object();
  return writer.text();
}

namespace {
template <std::size_t Index>
void write_schema(json::Writer& writer) {
  writer.object().member("title", types[Index]).key("properties").object();
  writer.key("type").object().member("const", types[Index]).end_object();
  SchemaWriter archive(writer);
  std::variant_alternative_t<Index, EventBody> body;
  fields(archive, body);
  writer.end_object();
  archive.write_required();
  writer.end_object();
}

template <std::size_t... Index>
void write_schemas(json::Writer& writer, std::index_sequence<Index...>) {
  (write_schema<Index>(writer), ...);
}
}  // namespace

namespace {

// Shows every text of a message, wherever it stands: an archive like Encoder and Decoder (schema/fields.hpp).
class TextVisitor {
 public:
  explicit TextVisitor(const std::function<void(std::string&)>& visit) : visit_(visit) {}

  template <typename Number>
  void number(std::string_view, Number&, std::uint64_t, std::uint64_t, Need = Need::required) {}
  void real(std::string_view, double&, Need) {}
  void flag(std::string_view, bool&) {}
  template <typename Enum>
  void choice(std::string_view, Enum&, const std::vector<std::string>&) {}

  void text(std::string_view, std::string& value, std::size_t, TextKind, Need = Need::required) {
    visit_(value);
  }
  template <typename Item>
  void list(std::string_view, std::vector<Item>& items, std::size_t) {
    for (Item& item : items) fields(*this, item);
  }
  void words(std::string_view, std::vector<std::string>& words, std::size_t) {
    for (std::string& word : words) visit_(word);
  }
  void text_map(std::string_view, std::map<std::string, std::string>& map, std::size_t) {
    visit_keys(map, [this](std::string& value) { visit_(value); });
  }
  void number_map(std::string_view, std::map<std::string, double>& map, std::size_t) {
    visit_keys(map, [](double&) {});
  }

 private:
  template <typename Value, typename VisitValue>
  void visit_keys(std::map<std::string, Value>& map, const VisitValue& visit_value) {
    std::map<std::string, Value> visited;
    for (auto& [key, value] : map) {
      std::string name = key;
      visit_(name);
      visit_value(value);
      visited.insert_or_assign(std::move(name), std::move(value));
    }
    map = std::move(visited);
  }
  const std::function<void(std::string&)>& visit_;
};

}  // namespace

void for_each_text(EventBody& body, const std::function<void(std::string&)>& visit) {
  TextVisitor visitor(visit);
  std::visit([&](auto& event) { fields(visitor, event); }, body);
}

std::string events_json_schema() {
  json::Writer writer;
  writer.object().member("$schema", "https://json-schema.org/draft/2020-12/schema");
  writer.member("title", "One event of a TestFarm execution; see events.md");
  writer.member("type", "object").key("properties").object();
  std::uint64_t number = 0;
  SchemaWriter common(writer);
  common.number("n", number, 1, limits::events);
  common.number("t", number, 0, longest);
  writer.key("type").object().member("type", "string").end_object().end_object();
  writer.key("required").array().value("n").value("t").value("type").end_array();
  writer.key("oneOf").array();
  write_schemas(writer, AllTypes{});
  writer.end_array().end_object();
  return writer.text();
}

}  // namespace testfarm

#include "support/support.hpp"

#include <fstream>
#include <sstream>

#include "admin/commands.hpp"
#include "schema/batch.hpp"
#include "schema/codec.hpp"
#include "store/clients/register.hpp"
#include "store/index/history.hpp"
#include "store/index/rebuild.hpp"

namespace testfarm {

ProjectId project_id(const std::string& text) { return must(ProjectId::parse(text)); }
ClientKey client_key(const std::string& project, const std::string& client) {
  return {project_id(project), must(ClientId::parse(client))};
}
ExecutionKey execution_key(const ClientKey& owner, const std::string& id) {
  return {owner, must(ExecutionId::parse(id))};
}

std::vector<Event> small_execution(Outcome outcome) {
  const bool passed = outcome == Outcome::passed;
  const TaskOutcome task = passed ? TaskOutcome::passed : TaskOutcome::failed;
  std::vector<EventBody> bodies{
      ExecutionStarted{.branch = "main",
                       .reason = Reason::change,
                       .repositories = {{.name = "source",
                                         .url = "https://example.org/x.git",
                                         .revision = "4f2c1e9",
                                         .previous = "c6e1180",
                                         .changes = {{.revision = "4f2c1e9",
                                                      .author = "Ann",
                                                      .time = 1795219000,
                                                      .message = "Change it"}},
                                         .changes_omitted = 0}},
                       .facts = {{"system", "Debian 12"}},
                       .plan = {{"Build", TaskKind::build}}},
      TaskStarted{.task = 1, .name = "Build", .kind = TaskKind::build, .mandatory = true},
      CommandStarted{1, 1, "make"},
      Output{.task = 1, .command = 1, .omitted = 0, .text = passed ? "cc x.c\n" : "x.c:1: error: no\n"},
      CommandEnded{.task = 1,
                   .command = 1,
                   .ending = CommandEnding::exited,
                   .status = passed ? 0 : 2,
                   .success = passed,
                   .duration = 1200,
                   .info = "",
                   .stats = {{"size", 4.5}},
                   .output_bytes = 7,
                   .omitted_bytes = 0},
      TaskEnded{1, task, 1300},
      ExecutionEnded{outcome, 1400, passed ? "" : "a mandatory task failed"}};
  std::vector<Event> events;
  for (auto& body : bodies)
    events.push_back({events.size() + 1, static_cast<Millis>(events.size()) * 100, std::move(body)});
  return events;
}

std::string lines(const std::vector<Event>& events, std::size_t from, std::size_t to) {
  std::string text;
  for (const Event& event : events)
    if (event.number >= from && event.number <= to) text += encode_event(event) + '\n';
  return text;
}

std::map<std::string, std::string> contents_of(const Path& directory) {
  std::map<std::string, std::string> contents;
  if (!std::filesystem::exists(directory)) return contents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    contents[entry.path().lexically_relative(directory).string()] = bytes.str();
  }
  return contents;
}

std::map<std::string, std::string> kept_in(const Path& farm) {
  auto contents = contents_of(farm);
  std::erase_if(contents, [](const auto& entry) {
    const std::string name = Path(entry.first).filename().string();
    return name == "counters" || name == "usage" || name == "door.json";
  });
  return contents;
}

std::string dump(Index& index) { return must(index.dump()); }
std::string dump(Index&& index) { return dump(index); }

TemporaryFarm::TemporaryFarm(const std::string& base_url)
    : layout_(directory_ / "farm"), base_url_(base_url), endpoint_(layout_, clock_) {
  std::ostringstream out;
  must(init_farm(layout_, {"Test farm", base_url, site().string()}, clock_, out));
  must(add_project(layout_, project_id("p"), "Project P", "", out));
}

ClientKey TemporaryFarm::client(const std::string& name) {
  ClientKey key = client_key("p", name);
  const std::string secret = must(invite_client(layout_, key, clock_.now(), day_ms));
  keys_[key] = random_key_pair();
  must(register_key(layout_, key, secret, keys_[key].public_key, clock_.now()));
  return key;
}

Appended TemporaryFarm::append(const ExecutionKey& key, const std::string& body, std::uint64_t from) {
  const Batch batch = must(decode_batch(body, from));
  return must(append_events(
      layout_, key,
      {.batch = batch, .receipt = {.at = clock_.now(), .age = 0, .key = "p.c.1", .sig = "sig"}}));
}

std::string TemporaryFarm::log(const ExecutionKey& key) const {
  return read_file(layout_.log(key)).value_or("");
}

void TemporaryFarm::set_log(const ExecutionKey& key, const std::string& bytes) {
  std::filesystem::create_directories(layout_.month(key));
  std::ofstream(layout_.log(key), std::ios::binary) << bytes;
}

Index TemporaryFarm::index() {
  auto index = must(Index::open(layout_, second_ms));
  if (index) return *std::move(index);
  return must(rebuild_index(layout_, [](const RebuildProgress&) {}));
}

void TemporaryFarm::settle() {
  Index open = index();
  must(settle_markers(layout_, open, clock_.now(), [](const Error& error) { BOOST_ERROR(error.context); }));
}

Summary TemporaryFarm::summary(const ExecutionKey& key) {
  Index open = index();
  must(catch_up(layout_, open, key));
  const auto row = must(open.execution(key));
  BOOST_REQUIRE(row.has_value());
  return row->summary;
}

std::vector<ExecutionRow> TemporaryFarm::executions(const ClientKey& client) {
  Index open = index();
  return must(History(open).latest_rows(client, 100));
}

Request TemporaryFarm::signed_request(const std::string& method, const std::string& path_and_query,
                                      const std::string& content_type, const std::string& body,
                                      const KeyId& id, const KeyPair& keys) const {
  Request request;
  request.method = method;
  request.target = path_and_query;
  request.content_type = content_type;
  request.body = body;
  request.announced_length = body.size();
  request.signature = sign_request({.method = method,
                                    .target_uri = base_url_ + path_and_query,
                                    .content_type = content_type,
                                    .body = body},
                                   {clock_.now(), "n", id.text()}, keys.secret_key);
  return request;
}

Response TemporaryFarm::call(const std::string& method, const std::string& path_and_query,
                             const std::string& content_type, const std::string& body, const ClientKey& as) {
  const Request request = signed_request(method, path_and_query, content_type, body, {as, 1}, keys_of(as));
  Response response = endpoint_.handle(request);
  endpoint_.after_answer();
  return response;
}

Response TemporaryFarm::post_events(const ExecutionKey& key, const std::string& body, std::uint64_t from) {
  return call("POST", concat(events_path(key), "?from=", from, "&age=1000"), std::string(events_media_type),
              body, key.owner);
}

ProblemDetails problem_of(const Response& response) {
  BOOST_TEST(response.content_type == problem_media_type);
  return must(decode<ProblemDetails>(response.body));
}

}  // namespace testfarm

#include "client/local_farm.hpp"

// The endpoint is started for each request as a CGI
// program (RFC 3875), with the same protocol and the same checks; then its pages are made.
#include <unistd.h>

#include <algorithm>

#include "base/text.hpp"
#include "client/definition/read_definitions.hpp"
#include "client/platform/own_program.hpp"
#include "client/report/key_file.hpp"
#include "client/run_once.hpp"
#include "client/session.hpp"

namespace testfarm {
namespace {

constexpr const char* address = "http://127.0.0.1";  // nobody listens there; the signature wants an address

// The programs of a farm: beside ours, as a build has them, or where a package puts what nobody types.
std::string program(const std::string& name) {
  const Path here = own_program().parent_path();
  for (const Path& path : {here / name, here.parent_path() / "lib/testfarm" / name})
    if (access(path.c_str(), X_OK) == 0) return path.string();
  return name;
}

// What a program printed; unavailable with its last words where it fails.
Result<std::string> output_of(const std::string& line, const Path& directory, CommandRunner& runner,
                              const std::optional<Path>& input = {},
                              const std::map<std::string, std::string>& variables = {}) {
  ShellState state = initial_shell_state(directory, {"PATH", "HOME", "TMPDIR"}, variables);
  std::string out;
  Statement statement;
  statement.line = line;
  statement.timeout = 10 * minute_ms;
  statement.input = input;
  TRY_SET(const CommandResult result, runner.run(statement, state, [&](std::string_view bytes) -> Status {
    out += bytes;
    return {};
  }));
  if (result.ending == CommandEnding::exited && result.status == 0) return out;
  return fail(ErrorKind::unavailable, concat("`", line, "` failed: ", trim(out)));
}

// A request through the endpoint's standard input and output.
class CgiTransport final : public Transport {
 public:
  CgiTransport(Path farm, Path scratch, const Clock& clock)
      : farm_(std::move(farm)),
        scratch_(std::move(scratch)),
        runner_(
            clock, [] { return false; }, false, SystemCommandRunner::Orphans::kept) {}

  Result<HttpAnswer> send(const HttpRequest& request) override {
    const Path body = scratch_ / concat("request-", random_name(8));
    TRY(replace_file(body, request.body, Sync::no, Access::owner));
    const std::string path = request.url.substr(std::string_view(address).size());
    const auto question = std::min(path.find('?'), path.size());
    std::map<std::string, std::string> variables{
        {"REQUEST_METHOD", request.method},
        {"REQUEST_URI", path},
        {"SCRIPT_NAME", path.substr(0, question)},
        {"SERVER_PROTOCOL", "HTTP/1.1"},
        {"REMOTE_ADDR", "127.0.0.1"},
        {"HTTP_HOST", "127.0.0.1"},
        {"GATEWAY_INTERFACE", "CGI/1.1"},
        {"CONTENT_LENGTH", std::to_string(request.body.size())},
        {"QUERY_STRING", question < path.size() ? path.substr(question + 1) : ""}};
    for (const auto& [name, value] : request.headers) variables[variable_of(name)] = value;
    auto answer = output_of(concat("exec ", in_shell_quotes(program("testfarm.fcgi")), " --farm ",
                                   in_shell_quotes(farm_.string()), " 2>/dev/null"),
                            scratch_, runner_, body, variables);
    TRY(remove_file(body));
    if (!answer) return fail(std::move(answer).error());
    return parse(*answer);
  }

 private:
  static std::string variable_of(const std::string& header) {
    std::string name = header == "Content-Type" ? "CONTENT_TYPE" : "HTTP_" + header;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return c == '-' ? '_' : std::toupper(c); });
    return name;
  }

  static Result<HttpAnswer> parse(const std::string& text) {
    const auto end = text.find("\r\n\r\n");
    if (end == std::string::npos)
      return fail(ErrorKind::unavailable, concat("the endpoint answered no CGI: ", in_quotes(text)));
    HttpAnswer answer{.status = 200, .body = text.substr(end + 4)};
    for (const std::string_view line : split_lines(std::string_view(text).substr(0, end))) {
      const auto colon = line.find(':');
      const std::string_view value = colon == std::string_view::npos ? "" : trim(line.substr(colon + 1));
      if (line.starts_with("Status:"))
        answer.status = static_cast<long>(to_unsigned(value.substr(0, 3)).value_or(500));
      if (line.starts_with("Content-Type:") || line.starts_with("Content-type:")) answer.content_type = value;
    }
    return answer;
  }

  Path farm_;
  Path scratch_;
  SystemCommandRunner runner_;
};

// DIR/farm with the project and the client, DIR/keys/CLIENT.key: each made where it is missing.
Status make_farm(const Path& directory, const Definition& definition, const Connect& connect,
                 CommandRunner& runner, const Clock& clock, Console& console) {
  const std::string farm = in_shell_quotes((directory / "farm").string());
  const std::string admin = in_shell_quotes(program("testfarm-admin"));
  const std::string project = definition.client.project.text();
  if (!file_exists(directory / "farm/farm.toml")) {
    TRY(output_of(concat(admin, " init ", farm, " --url ", address, " --site ",
                         in_shell_quotes((directory / "site").string()), " --title 'Farm on this machine'"),
                  directory, runner));
    console.say("made a farm in " + (directory / "farm").string());
  }
  if (!file_exists(directory / "farm/projects" / project))
    TRY(output_of(concat(admin, " project add ", farm, ' ', project), directory, runner));
  const Path key_file = definition.servers.front().key_file;
  if (registered_secret(definition.servers.front())) return {};
  TRY_SET(const std::string told, output_of(concat(admin, " client invite ", farm, ' ', project, ' ',
                                                   definition.client.client.text()),
                                            directory, runner));
  const auto at = told.find("--invite ");
  if (at == std::string::npos) return fail(ErrorKind::internal, "testfarm-admin named no invite: " + told);
  const std::string code = told.substr(at + 9, told.find_first_of(" \n", at + 9) - at - 9);
  TRY_SET(const Invite invite, Invite::parse(code));
  const ClientKey& client = definition.client;
  const KeyPair keys = random_key_pair();
  TRY_SET(const auto transport, connect());
  TRY_SET(const KeyId id,
          FarmApi(*transport, address, {keys, {client, 0}}, clock).register_key(invite.secret));
  return write_key_file(key_file, {keys, id});
}

}  // namespace

// Clients of several projects may have one name.
static std::string file_name_of(const std::vector<Definition>& all, const Definition& definition) {
  std::string name = called_among(all, definition);
  if (name.empty()) name = definition.client.client.text();
  std::replace(name.begin(), name.end(), '/', '-');
  return name;
}

Path local_state_directory(const Path& directory, const std::vector<Definition>& all,
                           const Definition& definition) {
  return std::filesystem::absolute(directory) / "state" / file_name_of(all, definition);
}

Result<RunReport> run_locally(const ClientContext& context, const RunOptions& options, const Path& relative) {
  const Path directory = std::filesystem::absolute(relative).lexically_normal();
  TRY_SET(const auto definitions, chosen_definitions(context));
  TRY(make_directories(directory / "keys"));
  SystemCommandRunner runner(
      context.clock, [] { return false; }, false);
  const Connect connect = [&]() -> Result<std::unique_ptr<Transport>> {
    return std::make_unique<CgiTransport>(directory / "farm", directory, context.clock);
  };
  TRY_SET(const auto whole, read_definitions(context.definition_file));
  auto ran = run_each(context, definitions, [&](Definition definition) -> Result<RunReport> {
    const Path key = directory / "keys" / (file_name_of(whole, definition) + ".key");
    definition.servers = {{address, definition.client, key}};
    definition.state_directory = local_state_directory(directory, whole, definition);
    TRY(make_farm(directory, definition, connect, runner, context.clock, context.console));
    TRY_SET(const auto session, Session::open(definition, context.clock, context.console, connect));
    return poll_and_run(*session, options);
  });
  TRY(output_of(concat(in_shell_quotes(program("testfarm-generate")), " --quiet ",
                       in_shell_quotes((directory / "farm").string())),
                directory, runner));
  context.console.remark("pages: " + (directory / "site/index.html").string());
  return ran;
}

}  // namespace testfarm

#include "e2e/direct.hpp"

#include <sstream>

#include "admin/commands.hpp"
#include "store/clients/register.hpp"

namespace testfarm {

FcgiVariables variables_of(const HttpRequest& request, const std::string& server) {
  FcgiVariables variables{{"REQUEST_METHOD", request.method},
                          {"REQUEST_URI", request.url.substr(server.size())},
                          {"CONTENT_LENGTH", std::to_string(request.body.size())},
                          {"GATEWAY_INTERFACE", "CGI/1.1"}};
  for (const auto& [name, value] : request.headers) variables.emplace_back(variable_of_header(name), value);
  return variables;
}

Result<HttpAnswer> answer_of(const std::string& printed) {
  const auto start = printed.find("Status: ");
  const auto head = printed.find("\r\n\r\n", start == std::string::npos ? 0 : start);
  if (start == std::string::npos || head == std::string::npos)
    return fail(ErrorKind::unavailable, "no answer");
  const auto value = [&](const std::string& name) {
    const auto at = printed.find(name, start) + name.size();
    return printed.substr(at, printed.find('\r', at) - at);
  };
  HttpAnswer answer{static_cast<long>(to_signed(value("Status: ")).value_or(500)), value("Content-Type: "),
                    printed.substr(head + 4)};
  if (answer.body.size() < to_unsigned(value("Content-Length: ")).value_or(0))
    return fail(ErrorKind::unavailable, "half an answer");
  answer.body.resize(static_cast<std::size_t>(to_unsigned(value("Content-Length: ")).value_or(0)));
  return answer;
}

std::vector<std::string> calls_in(const std::string& trace) {
  std::vector<std::string> names;
  for (const std::string_view line : split_lines(trace))
    if (const auto end = line.find('('); end != std::string_view::npos)
      names.emplace_back(line.substr(0, end));
  return names;
}

Result<HttpAnswer> CgiTransport::send(const HttpRequest& request) {
  const std::string name = random_name(8);
  const Path body = directory_ / concat("body-", name);
  const Path answer = directory_ / concat("answer-", name);
  TRY(replace_file(body, request.body, Sync::no));
  std::vector<std::string> environment;
  for (const auto& [variable, value] : variables_of(request, server_))
    environment.push_back(concat(variable, '=', value));
  std::vector<std::string> command = before;
  command.insert(command.end(), {(programs() / "testfarm.fcgi").string(), "--farm", farm_.string()});
  {
    Process process(command, answer, directory_, body, environment);
    if (meanwhile) meanwhile(process);
    process.wait();
  }
  const std::string printed = read_file(answer).value_or("");
  std::filesystem::remove(body);
  std::filesystem::remove(answer);
  return answer_of(printed);
}

Result<HttpAnswer> FcgiTransport::send(const HttpRequest& request) {
  TRY_SET(const std::string printed, server_.call(variables_of(request, address_), request.body));
  return answer_of(printed);
}

DirectFarm::DirectFarm(const Path& where) : where_(where.empty() ? own_.path() : where) {
  std::ostringstream out;
  must(init_farm(layout(), {"Direct", address, (where_ / "site").string()}, system_clock(), out));
  must(add_project(layout(), project_id("p"), "Project P", "", out));
}

ClientSecret DirectFarm::client(const std::string& name) const {
  const ClientKey key = client_key("p", name);
  const std::string secret = must(invite_client(layout(), key, system_clock().now(), day_ms));
  const KeyPair keys = random_key_pair();
  const std::uint64_t number =
      must(register_key(layout(), key, secret, keys.public_key, system_clock().now()));
  return {keys, {key, number}};
}

FcgiSpawner DirectFarm::serve(std::size_t processes) const {
  return must(
      FcgiSpawner::start({(programs() / "testfarm.fcgi").string(), "--farm", layout().root().string()},
                         where_ / "socket", processes, where_ / "endpoint.log"));
}

void DirectFarm::limit(const std::string& name, std::uint64_t value) const {
  std::string text = must(read_file(layout().farm_toml()));
  const auto at = text.find('\n' + name + " = ") + name.size() + 4;
  BOOST_REQUIRE(at > name.size() + 4);
  text.replace(at, text.find('\n', at) - at, std::to_string(value));
  must(replace_file(layout().farm_toml(), text, Sync::no));
}

int DirectFarm::run(const std::vector<std::string>& command, std::string* printed) const {
  std::vector<std::string> whole = command;
  // The first word that is a program of ours: others may stand before it.
  for (auto& word : whole)
    if (word.find('/') == std::string::npos && std::filesystem::exists(programs() / word)) {
      word = (programs() / word).string();
      break;
    }
  const TemporaryDirectory elsewhere;
  const int status = Process(whole, elsewhere / "log", elsewhere.path()).wait();
  if (printed != nullptr) *printed = read_file(elsewhere / "log").value_or("");
  return status;
}

void DirectFarm::generate() const {
  std::string printed;
  BOOST_TEST(run({"testfarm-generate", layout().root().string()}, &printed) == 0, printed);
}

}  // namespace testfarm

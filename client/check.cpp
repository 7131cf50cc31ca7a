#include "client/check.hpp"

#include <set>

#include "base/text.hpp"
#include "client/definition/repository_tasks.hpp"
#include "client/definition_advice.hpp"
#include "client/plan_words.hpp"
#include "client/platform/stop.hpp"
#include "client/report/farm_api.hpp"
#include "client/report/known_farm.hpp"
#include "client/report/server_check.hpp"
#include "client/run/machine_trouble.hpp"
#include "client/sources/open_source.hpp"

namespace testfarm {
namespace {

// What was found, said as it comes.
class Verdicts {
 public:
  explicit Verdicts(Console& console) : console_(console) {}
  void good(const std::string& what) { say("good  " + what); }
  void hint(const std::string& what) { say("hint  " + what); }
  void bad(ErrorKind kind, const std::string& what) {
    if (say("BAD   " + what) && bad_++ == 0) kind_ = kind;
  }
  Status all() const {
    if (bad_ == 0) return {};
    return fail(kind_, concat(counted(bad_, "thing"), " to mend"));
  }

 private:
  // Whether it is new: the clients of a file share most of it.
  bool say(const std::string& line) {
    if (!said_.insert(line).second) return false;
    console_.say(line);
    return true;
  }

  Console& console_;
  std::set<std::string> said_;
  std::uint64_t bad_ = 0;
  ErrorKind kind_ = ErrorKind::bad_input;
};

// Each repository and each farm, whether it is there.
Status ask_around(const ClientContext& context, const Definition& definition, Verdicts& verdicts) {
  TRY(make_directories(definition.sandbox));
  SystemCommandRunner runner(context.clock, stop_wanted, false);
  for (const RepositoryDefinition& repository : definition.repositories) {
    const auto source = open_source(repository, definition, runner, context.clock, [](const std::string&) {});
    const Status reached = source->reach();
    if (reached)
      verdicts.good(concat(without_password(repository.url), " answers and has what is watched"));
    else
      verdicts.bad(reached.error().kind, reached.error().context);
  }
  for (const ServerDefinition& server : definition.servers) {
    const auto words = farm_words(context, server);
    if (words)
      verdicts.good(*words);
    else
      verdicts.bad(words.error().kind, words.error().context);
  }
  return {};
}

}  // namespace

// What a farm answers, in a line.
Result<std::string> farm_words(const ClientContext& context, const ServerDefinition& server) {
  TRY_SET(const ClientSecret secret, registered_secret(server));
  TRY_SET(const auto transport, context.connect());
  const std::string address = address_now(server);
  FarmApi api(*transport, address, secret, context.clock);
  TRY_SET(const ServerInfo info, api.server_info());
  TRY(api.is_known());
  return concat(address, address == server.url ? "" : concat(", where ", server.url, " has moved,"),
                " answers: version ", info.version, ", its time is ", info.time);
}

Status check_client(const ClientContext& context, bool offline) {
  TRY_SET(const auto definitions, chosen_definitions(context));
  Verdicts verdicts(context.console);
  for (const Definition& definition : definitions) say_plan(context.console, definition);
  for (const Definition& definition : definitions) {
    for (const Advice& advice : advice_on(definition))
      advice.bad ? verdicts.bad(ErrorKind::bad_input, advice.text) : verdicts.hint(advice.text);
    if (const std::string missing = missing_program(definition.needs); !missing.empty())
      verdicts.bad(ErrorKind::bad_input,
                   concat("this machine has no program ", missing, "; executions would end in trouble"));
    if (!offline) TRY(ask_around(context, definition, verdicts));
  }
  return verdicts.all();
}

Status check_tasks(const ClientContext& context, const Path& file) {
  TRY_SET(ProjectId project, ProjectId::parse("project"));
  TRY_SET(ClientId client, ClientId::parse("client"));
  Definition owner{.client = {std::move(project), std::move(client)}};
  // What an owner's definition has in any case, as it is written.
  for (const char* known : {"project", "client", "sandbox", "source"})
    owner.parameters[known] = concat('{', known, '}');
  owner.limits = {.timeout = hour_ms, .silence = 0};
  TRY_SET(owner.tasks, read_tasks_in(file, file.string(), owner));
  say_tasks(context.console, owner.tasks);
  // The owner may have that parameter, and the owner's machine that program.
  for (const Advice& advice : advice_on(owner)) Verdicts(context.console).hint(advice.text);
  return {};
}

Result<std::uint64_t> check_farm_address(const ClientContext& context, std::string server) {
  TRY_SET(const std::string url, typed_server(std::move(server)));
  TRY_SET(const auto transport, context.connect());
  TRY_SET(const ServerFindings findings,
          check_server(*transport, url, context.clock,
                       [&](const std::string& line) { context.console.say(line); }));
  return findings.bad;
}

}  // namespace testfarm

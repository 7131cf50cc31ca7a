// testfarm: what a volunteer types.
#include <iostream>

#include "base/command_line.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "client/check.hpp"
#include "client/control.hpp"
#include "client/init.hpp"
#include "client/init_local.hpp"
#include "client/local_farm.hpp"
#include "client/log.hpp"
#include "client/platform/descendants.hpp"
#include "client/platform/stop.hpp"
#include "client/run_once.hpp"
#include "client/service.hpp"
#include "client/status.hpp"
#include "client/watch.hpp"

namespace {

using namespace testfarm;

// The border: errors become a message and an exit code.
Exit finish(const Error& error) {
  std::cerr << "testfarm: " << error.context << '\n';
  return exit_of(error.kind);
}
Exit finish(const Status& status) { return status ? Exit::ok : finish(status.error()); }

Exit finish_run(const ClientContext& context, const Result<RunReport>& report) {
  if (!report) return finish(report.error());
  if (!report->waits.empty())
    context.console.remark("waits: " + report->waits);
  else if (report->executions == 0 && report->worst == Outcome::passed)
    context.console.remark("nothing new since the last execution; --force runs it all the same");
  if (!report->reported)
    context.console.say("not everything is sent; it is kept, and goes with the next run or `testfarm flush`");
  if (report->worst == Outcome::failed) return Exit::failed;
  return report->worst == Outcome::passed ? Exit::ok : Exit::unavailable;
}

struct Typed {
  std::string file = "testfarm.toml";
  std::string client;
  bool quiet = false;
  bool json = false;
  std::string repository;
  bool init_local = false;
  bool cron = false;
  bool whole = false;
  bool offline = false;
  std::string check_server;
  std::string check_tasks;
  std::string until;
  std::string local;
  InitOptions init;
  LogOptions log;
  RunOptions run;
};

// For questions that say nothing.
Console& silent() {
  static Console console(stderr, Console::Style::quiet);
  return console;
}

template <typename Use>
Exit with_client(const Typed& typed, const Use& use) {
  stop_on_signals();
  Console console(stdout, typed.json    ? Console::Style::json
                          : typed.whole ? Console::Style::whole
                          : typed.quiet ? Console::Style::quiet
                                        : Console::style_for(stdout));
  return use(ClientContext{.definition_file = typed.file,
                           .client = typed.client,
                           .clock = system_clock(),
                           .console = console,
                           .connect = curl_transport});
}

// The same in a process of its own, so that nothing that it started outlives it.
template <typename Use>
Exit with_guarded_client(const Typed& typed, const Use& use) {
  return static_cast<Exit>(guarded([&] { return static_cast<int>(with_client(typed, use)); }));
}

// One process for each client of the definition.
Exit watch_all(const Typed& typed) {
  return static_cast<Exit>(guarded([&] {
    const auto definitions = chosen_definitions({.definition_file = typed.file,
                                                 .client = typed.client,
                                                 .clock = system_clock(),
                                                 .console = silent(),
                                                 .connect = curl_transport});
    if (!definitions) return static_cast<int>(finish(definitions.error()));
    std::vector<std::function<int()>> works;
    for (const Definition& definition : *definitions)
      works.emplace_back(
          [&typed, name = name_of(definition.client), called = called_among(*definitions, definition)] {
            Typed one = typed;
            one.client = name;
            return static_cast<int>(with_client(one, [&](const ClientContext& c) {
              c.console.speaks_for(called);
              return finish(watch(c));
            }));
          });
    return works.size() == 1 ? works.front()() : together(works);
  }));
}

Exit init(const Typed& typed) {
  return with_client(typed, [&](const ClientContext& context) {
    const bool farm = !typed.init.server.empty() || !typed.init.invite.empty();
    if (typed.init_local && farm)
      return finish(fail(ErrorKind::bad_input, "--local is without a farm: neither --server nor --invite"));
    if (typed.init_local)
      return finish(init_locally(context, typed.repository.empty() ? "." : typed.repository));
    if (!typed.repository.empty())
      return finish(fail(ErrorKind::bad_input, concat("a repository is for --local: ", typed.repository)));
    if (typed.init.server.empty() || typed.init.invite.empty())
      return finish(fail(ErrorKind::bad_input,
                         "init wants --server and --invite, as the farm's maintainer gave them; or --local, "
                         "to try things without a farm"));
    return finish(init_client(context, typed.init));
  });
}

void add_setup(Options& top, Typed& typed) {
  top.command("init", "Make a key and a definition, and register with an invite", [&] { return init(typed); })
      .option("--server", typed.init.server, "The farm's address, as its maintainer gave it")
      .option("--invite", typed.init.invite, "The invite: project/client/secret")
      .flag("--local", typed.init_local, "Without a farm: a definition for a repository, to try things with")
      .option("repository", typed.repository, "With --local, a checkout or an address (default: .)")
      .footer(
          "Examples:\n  testfarm init --server https://ci.example.org --invite project/client/secret\n"
          "  testfarm init --server https://ci.example.org --invite 'project/debian-*/secret'\n"
          "  testfarm init --local ~/src/hello && testfarm run --local here\n"
          "The second registers each client of the definition whose name begins so ([matrix], [[variant]]).");
  top.command("check", "Read the definition, say the plan and what is wrong; ask repositories and farm",
              [&] {
                return with_client(typed, [&](const auto& c) {
                  if (!typed.check_tasks.empty()) return finish(check_tasks(c, typed.check_tasks));
                  if (typed.check_server.empty()) return finish(check_client(c, typed.offline));
                  const auto bad = check_farm_address(c, typed.check_server);
                  return !bad ? finish(bad.error()) : *bad == 0 ? Exit::ok : Exit::failed;
                });
              })
      .flag("--offline", typed.offline, "Ask neither repositories nor the farm")
      .option("--tasks", typed.check_tasks,
              "Look at this file of tasks instead, which a repository is to bring; needs no definition")
      .option("--server", typed.check_server,
              "Look at this farm's address instead: headers, bodies, clock; needs no definition");
}

void add_work(Options& top, Typed& typed) {
  top.command("run", "Look for changes once; run and report if there are any",
              [&] {
                // A trial of a task is meant now, whatever was tested.
                typed.run.force = typed.run.force || !typed.run.tasks.empty();
                return with_guarded_client(typed, [&](const auto& c) {
                  return finish_run(c, typed.local.empty() ? run_once(c, typed.run)
                                                           : run_locally(c, typed.run, typed.local));
                });
              })
      .flag("--force,-f", typed.run.force, "Run also where nothing changed")
      .option("--branch", typed.run.branch, "Only this branch or tag")
      .option("--revision", typed.run.revision, "This revision of the first repository instead of the newest")
      .options("--task", typed.run.tasks,
               "Only this task (may be given again); a trial that the farm does not hear of")
      .option("--local", typed.local,
              "Report into a farm in this directory, without a web server; made where it is missing")
      .footer(
          "Examples:\n  testfarm run --force              the newest revision, whatever was tested\n"
          "  testfarm run --task Test          one task, seen here only\n"
          "  testfarm run --local ~/my-farm    everything on this machine, pages included");
  top.command("watch", "Look for changes again and again, until Ctrl-C", [&] { return watch_all(typed); });
}

void add_log(Options& top, Typed& typed) {
  top.command("log", "Say what was run here in the last 14 days, or show one of it with all output",
              [&] {
                Typed whole = typed;
                whole.whole = !typed.log.execution.empty();
                return with_client(whole, [&](const auto& c) { return finish(tell_log(c, typed.log)); });
              })
      .option("execution", typed.log.execution,
              "Its name, or the beginning or end of it; or last. Without: a list")
      .option("--most", typed.log.most, "So many of the list")
      .option("--local", typed.log.local, "What `testfarm run --local` has done in this directory")
      .footer(
          "Examples:\n  testfarm log           the newest executions, a line each\n"
          "  testfarm log last      the newest one with its output, as it was reported");
}

void add_control(Options& top, Typed& typed) {
  top.command("pause", "Begin nothing until resumed; a watch that runs hears of it", [&] {
    return with_client(typed, [&](const auto& c) { return finish(pause_client(c, true)); });
  });
  top.command("resume", "End a pause or an absence", [&] {
    return with_client(typed, [&](const auto& c) { return finish(pause_client(c, false)); });
  });
  top.command(
         "away", "Tell the farm of a planned absence, so that nobody is alarmed",
         [&] { return with_client(typed, [&](const auto& c) { return finish(leave(c, typed.until)); }); })
      .required("--until", typed.until, "2026-12-24, 2026-12-24T18:00 (your time) or 3d");
  top.command("install-service", "Write a systemd user unit that watches, or say the line for cron",
              [&] {
                return with_client(typed,
                                   [&](const auto& c) { return finish(install_service(c, typed.cron)); });
              })
      .flag("--cron", typed.cron, "Say a line for `crontab -e` instead; writes nothing");
  top.command("uninstall-service", "Stop that unit and remove it", [&] {
    return with_client(typed, [&](const auto& c) { return finish(uninstall_service(c)); });
  });
  top.command("flush", "Send what is still kept here", [&] {
    return with_client(typed, [&](const auto& c) {
      const auto left = flush(c);
      return !left ? finish(left.error()) : *left == 0 ? Exit::ok : Exit::unavailable;
    });
  });
  top.command("status", "Say what is kept here, what was tested last, and whether the farm answers",
              [&] { return with_client(typed, [&](const auto& c) { return finish(tell_status(c)); }); });
}

}  // namespace

int main(int argc, char** argv) {
  if (const auto ready = crypto_ready(); !ready) return static_cast<int>(finish(ready));
  Typed typed;
  CommandLine line("testfarm",
                   "Watches repositories, runs their tasks on this machine and reports to a farm.");
  Options top = line.options();
  top.option("--config,-c", typed.file, "The definition")
      .option("--client", typed.client,
              "Of several clients in the definition, only this one; or PROJECT/CLIENT")
      .flag("--quiet,-q", typed.quiet, "Say only what failed")
      .flag("--json", typed.json, "Say each event as a line of JSON");
  add_setup(top, typed);
  add_work(top, typed);
  add_log(top, typed);
  add_control(top, typed);
  top.footer(
      "Exit codes: 0 done, 1 the execution failed, 2 what was typed or the definition is wrong, 3 the farm,\n"
      "a repository, a lock or the disk is unavailable, or the execution was aborted or met trouble, 4 a "
      "fault of\n"
      "this program.\n"
      "Ctrl-C ends the running command and closes the execution as aborted.");
  return static_cast<int>(line.run(argc, argv));
}

// testfarm: what a volunteer types.
#include <iostream>

#include "base/command_line.hpp"
#include "base/crypto.hpp"
#include "client/commands.hpp"
#include "client/platform/stop.hpp"

namespace {

using namespace testfarm;

// The border: errors become a message and an exit code.
Exit finish(const Error& error) {
  std::cerr << "testfarm: " << error.context << '\n';
  switch (error.kind) {
    case ErrorKind::bad_input:
    case ErrorKind::not_found:
    case ErrorKind::conflict:
    case ErrorKind::unauthorized: return Exit::usage;
    case ErrorKind::busy:
    case ErrorKind::unavailable:
    case ErrorKind::no_space:
    case ErrorKind::io: return Exit::unavailable;
    default: return Exit::internal;
  }
}
Exit finish(const Status& status) { return status ? Exit::ok : finish(status.error()); }

Exit finish_run(const ClientContext& context, const Result<RunReport>& report) {
  if (!report) return finish(report.error());
  if (!report->ran) context.console.say("nothing new since the last execution; --force runs it all the same");
  if (!report->reported)
    context.console.say("not everything is sent; it is kept, and goes with the next run or `testfarm flush`");
  if (report->ran && report->outcome == Outcome::failed) return Exit::failed;
  if (report->ran && report->outcome != Outcome::passed) return Exit::unavailable;
  return Exit::ok;
}

}  // namespace

int main(int argc, char** argv) {
  if (const auto ready = crypto_ready(); !ready) return static_cast<int>(finish(ready));
  std::string file = "testfarm.toml";
  std::string check_server;
  bool quiet = false;
  InitOptions init;
  RunOptions run;
  const auto with_client = [&](const auto& use) {
    stop_on_signals();
    Console console(stdout, quiet ? Console::Style::quiet : Console::style_for(stdout));
    return use(ClientContext{file, system_clock(), console});
  };

  CommandLine line("testfarm",
                   "Watches repositories, runs their tasks on this machine and reports to a farm.");
  Options top = line.options();
  top.option("--config,-c", file, "The definition").flag("--quiet,-q", quiet, "Say only what failed");
  top.command(
         "init", "Make a key and a definition, and register with an invite",
         [&] { return with_client([&](const ClientContext& c) { return finish(init_client(c, init)); }); })
      .required("--server", init.server, "The farm's address, as its maintainer gave it")
      .required("--invite", init.invite, "The invite: project/client/secret");
  top.command("check", "Read the definition, say the plan, ask whether the farm is there",
              [&] {
                return with_client([&](const ClientContext& c) {
                  if (check_server.empty()) return finish(check_client(c));
                  const auto bad = check_farm_address(c, check_server);
                  return !bad ? finish(bad.error()) : *bad == 0 ? Exit::ok : Exit::failed;
                });
              })
      .option("--server", check_server,
              "Look at this farm's address instead: headers, bodies, clock; needs no definition");
  top.command(
         "run", "Look for changes once; run and report if there are any",
         [&] { return with_client([&](const ClientContext& c) { return finish_run(c, run_once(c, run)); }); })
      .flag("--force,-f", run.force, "Run also where nothing changed");
  top.command("watch", "Look for changes again and again, until Ctrl-C",
              [&] { return with_client([&](const ClientContext& c) { return finish(watch(c)); }); });
  top.command("flush", "Send what is still kept here", [&] {
    return with_client([&](const ClientContext& c) {
      const auto left = flush(c);
      return !left ? finish(left.error()) : *left == 0 ? Exit::ok : Exit::unavailable;
    });
  });
  top.command("status", "Say what is kept here and what was tested last",
              [&] { return with_client([&](const ClientContext& c) { return finish(tell_status(c)); }); });
  top.footer(
      "Exit codes: 0 done, 1 the execution failed, 2 what was typed or the definition is wrong, 3 the farm,\n"
      "a repository, a lock or the disk is not to be had, or the execution was aborted or met trouble, 4 a "
      "fault of\n"
      "this program.\n"
      "Ctrl-C ends the running command and closes the execution as aborted.");
  return static_cast<int>(line.run(argc, argv));
}

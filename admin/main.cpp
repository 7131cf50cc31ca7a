// testfarm-admin: what the maintainer of a farm types.
#include <functional>
#include <iostream>

#include "admin/check.hpp"
#include "admin/commands.hpp"
#include "admin/doctor.hpp"
#include "admin/expire.hpp"
#include "admin/htaccess.hpp"
#include "admin/invites.hpp"
#include "admin/made_up/simulate_command.hpp"
#include "admin/projects.hpp"
#include "admin/rename.hpp"
#include "admin/retire.hpp"
#include "admin/status.hpp"
#include "base/command_line.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"

namespace {

using namespace testfarm;

// The border: errors become a message and an exit code.
Exit finish(const Status& status) {
  if (status) return Exit::ok;
  std::cerr << "testfarm-admin: " << status.error().context << '\n';
  return exit_of(status.error().kind);
}

constexpr std::int64_t usual_count = 8;

struct Typed {
  std::string farm, project, client, title, description, text, base_url, site;
  std::string execution;
  std::int64_t days = 7, key = 0, count = usual_count;
  bool sizes = false, dry_run = false, undo = false, withdraw = false, cgi = false;
};

// What was typed may be a name of before.
Status with_farm(const Typed& typed, const std::function<Status(const Layout&)>& run) {
  TRY_SET(const Layout layout, Layout::of_farm(typed.farm));
  return run(layout);
}

Status with_project(const Typed& typed, const std::function<Status(const Layout&, const ProjectId&)>& run) {
  TRY_SET(const ProjectId project, ProjectId::parse(typed.project));
  TRY_SET(const Layout layout, Layout::of_farm(typed.farm));
  return run(layout, layout.names().now(project));
}

Status with_client(const Typed& typed, const std::function<Status(const Layout&, const ClientKey&)>& run) {
  TRY_SET(ClientId client, ClientId::parse(typed.client));
  return with_project(typed, [&](const Layout& layout, const ProjectId& project) {
    return run(layout, layout.names().now(ClientKey{project, std::move(client)}));
  });
}

Status run_invite(const Typed& typed, const Layout& layout, const ProjectId& project) {
  TRY_SET(const ClientNames names, ClientNames::parse(typed.client));
  if (typed.withdraw) return withdraw(layout, project, names, system_clock(), std::cout);
  if (typed.days < 1 || typed.days > 3650) return fail(ErrorKind::bad_input, "--days is from 1 to 3650");
  const Millis valid_for = typed.days * day_ms;
  if (names.are_several()) {
    if (typed.count < 1) return fail(ErrorKind::bad_input, "--count is 1 or more");
    return invite_several(layout, project, names, static_cast<std::uint64_t>(typed.count), valid_for,
                          system_clock(), std::cout);
  }
  if (typed.count != usual_count)
    return fail(ErrorKind::bad_input, concat("--count is for several clients: '", names.text(), "-*'"));
  TRY_SET(ClientId client, ClientId::parse(typed.client));
  return invite(layout, layout.names().now(ClientKey{project, std::move(client)}), valid_for, system_clock(),
                std::cout);
}

Status run_list_clients(const Typed& typed) {
  if (!typed.project.empty())
    return with_project(typed, [](const Layout& layout, const ProjectId& project) {
      return list_clients(layout, project, system_clock(), std::cout);
    });
  return with_farm(typed, [](const Layout& layout) {
    return list_clients(layout, std::nullopt, system_clock(), std::cout);
  });
}

Exit run_check(const Typed& typed) {
  const auto layout = Layout::of_farm(typed.farm);
  const auto report = layout ? check_farm(*layout, std::cout) : tl::unexpected<Error>(layout.error());
  if (!report) return finish(fail(report.error()));
  std::cout << counted(report->clients, "client") << ", " << counted(report->logs, "log") << ", "
            << counted(report->events, "event") << ": "
            << (report->problems == 0 ? "all is well" : counted(report->problems, "finding")) << '\n';
  return report->problems == 0 ? Exit::ok : Exit::failed;
}

Exit run_doctor(const Typed& typed) {
  const auto layout = Layout::of_farm(typed.farm);
  const auto diagnosis =
      layout ? examine_host(*layout, system_clock(), std::cout) : tl::unexpected<Error>(layout.error());
  if (!diagnosis) return finish(fail(diagnosis.error()));
  std::cout << counted(diagnosis->good, "thing") << " good, " << diagnosis->doubtful << " to look at, "
            << diagnosis->bad << " bad\n";
  return diagnosis->bad == 0 ? Exit::ok : Exit::failed;
}

void define_farm_commands(Options& top, Typed& typed) {
  top.command("init", "Make a new farm",
              [&] {
                return finish(
                    init_farm(Layout(typed.farm),
                              {typed.title.empty() ? "TestFarm" : typed.title, typed.base_url, typed.site},
                              system_clock(), std::cout));
              })
      .required("farm", typed.farm, "Directory of the farm's data: outside of what the web server shows")
      .required("--url", typed.base_url, "Public address, as clients will use it: https://ci.example.org")
      .option("--site", typed.site,
              "Directory for the pages: what the web server shows (default: site, beside the farm)")
      .option("--title", typed.title, "Title of the farm");
  top.command("check", "Read the whole farm and report what is wrong", [&] { return run_check(typed); })
      .required("farm", typed.farm, "The farm's directory");
  top.command("wrapper", "Print the script that a web server starts as the endpoint of this farm",
              [&] { return finish(write_wrapper(Layout(typed.farm), std::cout)); })
      .required("farm", typed.farm, "The farm's directory");
  top.command("htaccess", "Print the .htaccess of a shared host for this farm",
              [&] {
                return finish(with_farm(typed, [&typed](const Layout& layout) {
                  return write_htaccess(layout, typed.cgi ? Runs::cgi : Runs::fcgid, std::cout);
                }));
              })
      .required("farm", typed.farm, "The farm's directory")
      .flag("--cgi", typed.cgi, "For a host without FastCGI");
  top.command("doctor", "Say whether this host suits a farm, and what to mend",
              [&] { return run_doctor(typed); })
      .required("farm", typed.farm, "The farm's directory");
  top.command("status", "Say how the farm is doing: what came in, who reports, what was refused",
              [&] {
                return finish(with_farm(typed, [&typed](const Layout& layout) {
                  return tell_farm_status(layout, system_clock(), typed.sizes, std::cout);
                }));
              })
      .required("farm", typed.farm, "The farm's directory")
      .flag("--sizes", typed.sizes, "Also what logs and pages take up; walks through all of them");
  top.command("expire", "Pack and remove old logs as farm.toml, [retention], says; summaries stay",
              [&] {
                return finish(with_farm(typed, [&typed](const Layout& layout) {
                  return expire_farm(layout, typed.dry_run, system_clock(), std::cout);
                }));
              })
      .required("farm", typed.farm, "The farm's directory")
      .flag("--dry-run", typed.dry_run, "Say how many logs it would be, and touch none");
  top.command("rebuild", "Make the index anew from the logs",
              [&] {
                return finish(
                    with_farm(typed, [](const Layout& layout) { return rebuild_farm(layout, std::cout); }));
              })
      .required("farm", typed.farm, "The farm's directory");
}

using OnProject = std::function<Status(const Layout&, const ProjectId&)>;
Options add_project_command(Options& of, Typed& typed, const char* name, const char* help,
                            const OnProject& run, const char* project = "The project") {
  Options command = of.command(name, help, [=, &typed] { return finish(with_project(typed, run)); });
  command.required("farm", typed.farm, "The farm's directory").required("project", typed.project, project);
  return command;
}

using OnClient = std::function<Status(const Layout&, const ClientKey&)>;
Options add_client_command(Options& of, Typed& typed, const char* name, const char* help, const OnClient& run,
                           const char* client = "The client") {
  Options command = of.command(name, help, [=, &typed] { return finish(with_client(typed, run)); });
  command.required("farm", typed.farm, "The farm's directory")
      .required("project", typed.project, "The project")
      .required("client", typed.client, client);
  return command;
}

void define_project_commands(Options& top, Typed& typed) {
  Options project = top.command("project", "Projects of a farm");
  add_project_command(
      project, typed, "add", "Add a project",
      [&typed](const Layout& layout, const ProjectId& id) -> Status {
        if (id.text() != typed.project)
          return fail(ErrorKind::conflict, concat(typed.project, " was a name of the project ", id.text(),
                                                  ", and its addresses lead there; choose another"));
        return add_project(layout, id, typed.title, typed.description, std::cout);
      },
      "Its name: a-z, 0-9, - and _")
      .option("--title", typed.title, "Title on the pages (default: the name)")
      .option("--description", typed.description, "One line below it");
  add_project_command(
      project, typed, "remove", "Move a project out of the farm; no log is deleted",
      [](const Layout& layout, const ProjectId& id) {
        return remove_project(layout, id, system_clock(), std::cout);
      },
      "The project; its directory goes to removed/ in the farm");
  add_project_command(project, typed, "rename",
                      "Give a project another name; clients, logs and addresses go on",
                      [&typed](const Layout& layout, const ProjectId& id) -> Status {
                        TRY_SET(const ProjectId name, ProjectId::parse(typed.text));
                        return rename_project(layout, id, name, system_clock(), std::cout);
                      })
      .required("name", typed.text, "Its new name: a-z, 0-9, - and _");
  add_project_command(project, typed, "restore", "Bring back a project that was removed",
                      [&typed](const Layout& layout, const ProjectId& id) {
                        return restore_project(layout, id, typed.text, std::cout);
                      })
      .option("--date", typed.text, "Of several that were removed, this one: 20261129-112635");
  project
      .command("list", "List the projects",
               [&] {
                 return finish(
                     with_farm(typed, [](const Layout& layout) { return list_projects(layout, std::cout); }));
               })
      .required("farm", typed.farm, "The farm's directory");
}

// What lets a client in.
void define_entry_commands(Options& client, Typed& typed) {
  add_project_command(
      client, typed, "invite", "Invite a client: prints what the volunteer types",
      [&typed](const Layout& layout, const ProjectId& id) { return run_invite(typed, layout, id); })
      .required("client", typed.client,
                "The client's name: a-z, 0-9, - and _; or 'debian-*': several, whose names the volunteer "
                "chooses")
      .option("--count", typed.count, "Of several, how many at most (default: 8)")
      .option("--days", typed.days, "How long the invite is good for")
      .flag("--withdraw", typed.withdraw, "Instead take back every open invite of this name");
  add_client_command(
      client, typed, "token", "Make a submit-only token, for what cannot sign",
      [](const Layout& layout, const ClientKey& key) {
        return give_token(layout, key, system_clock(), std::cout);
      },
      "The client; its project.toml must say tokens = true");
  add_client_command(client, typed, "note", "Put a dated note on a client's page, for its readers",
                     [&typed](const Layout& layout, const ClientKey& key) {
                       return note(layout, key, typed.text, system_clock(), std::cout);
                     })
      .required("text", typed.text, "One line, for instance: \"more memory since today\"");
}

Retire retire_what(const Typed& typed) { return typed.undo ? Retire::undo : Retire::now; }

void define_life_commands(Options& client, Typed& typed) {
  add_client_command(
      client, typed, "retire", "Count a client no more: a machine that is gone",
      [&typed](const Layout& layout, const ClientKey& key) {
        return retire_client(layout, key, retire_what(typed), system_clock(), std::cout);
      },
      "The client; its history stays")
      .flag("--undo", typed.undo, "Count it again");
  add_client_command(client, typed, "rename",
                     "Give a client another name; it goes on as it is, with its history",
                     [&typed](const Layout& layout, const ClientKey& key) -> Status {
                       TRY_SET(const ClientId name, ClientId::parse(typed.text));
                       return rename_client(layout, key, name, system_clock(), std::cout);
                     })
      .required("name", typed.text, "Its new name: a-z, 0-9, - and _");
}

void define_branch_commands(Options& top, Typed& typed) {
  Options branch = top.command("branch", "Branches of a project, as clients tested them");
  add_project_command(
      branch, typed, "list", "List the branches: when last tested, by whom, which are retired",
      [](const Layout& layout, const ProjectId& id) { return list_branches(layout, id, std::cout); });
  add_project_command(branch, typed, "retire", "Count a branch no more: it was merged or deleted",
                      [&typed](const Layout& layout, const ProjectId& id) {
                        return retire_branch(layout, id, typed.text, retire_what(typed), system_clock(),
                                             std::cout);
                      })
      .required("branch", typed.text, "The branch; its history stays")
      .flag("--undo", typed.undo, "Count it again");
}

// What is asked of a client, and what is known of it.
void define_control_commands(Options& client, Typed& typed) {
  add_client_command(client, typed, "ask", "Ask a client for something: run, abort, pause or resume",
                     [&typed](const Layout& layout, const ClientKey& key) {
                       return ask(layout, key, typed.text, typed.execution, system_clock(), std::cout);
                     })
      .required("what", typed.text,
                "run: an execution now; abort: end the one that runs; pause, resume: from then on")
      .option("--execution", typed.execution, "With abort, only this one");
  client.command("list", "List the clients", [&] { return finish(run_list_clients(typed)); })
      .required("farm", typed.farm, "The farm's directory")
      .option("project", typed.project, "Only of this project");
  add_client_command(client, typed, "revoke", "Revoke a client's keys and invites at once",
                     [&typed](const Layout& layout, const ClientKey& key) -> Status {
                       const auto number = typed.key == 0
                                               ? std::nullopt
                                               : std::optional(static_cast<std::uint64_t>(typed.key));
                       return revoke(layout, key, number, system_clock(), std::cout);
                     })
      .option("--key", typed.key, "Only the key of this number (default: all, and open invites)");
}

void define_client_commands(Options& top, Typed& typed) {
  Options client = top.command("client", "Clients of a project");
  define_entry_commands(client, typed);
  define_control_commands(client, typed);
  define_life_commands(client, typed);
}

}  // namespace

int main(int argc, char** argv) {
  if (const auto ready = crypto_ready(); !ready) return static_cast<int>(finish(ready));
  Typed typed;
  CommandLine line("testfarm-admin",
                   "Keeps a farm: makes it, adds projects, invites clients, checks and repairs.");
  Options top = line.options();
  define_farm_commands(top, typed);
  define_project_commands(top, typed);
  define_client_commands(top, typed);
  define_branch_commands(top, typed);
  SimulateWords simulate_words;
  define_simulate(top, simulate_words, finish);
  top.footer(
      "Exit codes: 0 done, 1 check or doctor found something, 2 what was typed or a file of the farm is "
      "wrong,\n"
      "3 the disk or a lock is unavailable, 4 a fault of this program.");
  return static_cast<int>(line.run(argc, argv));
}

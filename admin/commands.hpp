// What testfarm-admin does to a farm. Each function is one command; results go to `out`, a line each.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"

namespace testfarm {

struct NewFarm {
  std::string title;
  std::string base_url;
  std::string site;
};

// The script that a web server starts, for this farm and the endpoint beside this program, to `out`.
Status write_wrapper(const Layout& layout, std::ostream& out);

// conflict where there is a farm already.
Status init_farm(const Layout& layout, const NewFarm& farm, const Clock& clock, std::ostream& out);

Status add_project(const Layout& layout, const ProjectId& id, const std::string& title,
                   const std::string& description, std::ostream& out);
Status list_projects(const Layout& layout, std::ostream& out);

// A token for what cannot sign; prints how it is used. bad_input where the project takes none.
Status give_token(const Layout& layout, const ClientKey& client, const Clock& clock, std::ostream& out);
// Asks a client to run now, to abort an execution, to pause or to resume: it learns of it at its next
// check-in.
Status ask(const Layout& layout, const ClientKey& client, const std::string& want,
           const std::string& execution, const Clock& clock, std::ostream& out);

// A dated note on the client's page.
Status note(const Layout& layout, const ClientKey& client, const std::string& text, const Clock& clock,
            std::ostream& out);
Status list_clients(const Layout& layout, const std::optional<ProjectId>& project, const Clock& clock,
                    std::ostream& out);
Status revoke(const Layout& layout, const ClientKey& client, std::optional<std::uint64_t> key,
              const Clock& clock, std::ostream& out);

// Builds a new index from the logs.
Status rebuild_farm(const Layout& layout, std::ostream& out);

}  // namespace testfarm

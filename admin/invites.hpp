// testfarm-admin client invite: lets volunteers in, one client or several of names that begin alike.
#pragma once

#include <iosfwd>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"

namespace testfarm {

// Prints what the volunteer types.
Status invite(const Layout& layout, const ClientKey& client, Millis valid_for, const Clock& clock,
              std::ostream& out);
// The same for up to `count` clients that are not there yet. bad_input where the project may not have so
// many.
Status invite_several(const Layout& layout, const ProjectId& project, const ClientNames& names,
                      std::uint64_t count, Millis valid_for, const Clock& clock, std::ostream& out);

// Takes back what was not used yet.
Status withdraw(const Layout& layout, const ProjectId& project, const ClientNames& names, const Clock& clock,
                std::ostream& out);

// Of each invite for several clients that is open: its names, how many it made, until when. A line each.
Status list_group_invites(const Layout& layout, const ProjectId& project, const Clock& clock,
                          std::ostream& out);

}  // namespace testfarm

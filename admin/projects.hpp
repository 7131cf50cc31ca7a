// Projects that leave a farm, and come back. Each function is one command; results go to `out`.
#pragma once

#include <iosfwd>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"

namespace testfarm {

// Moves the project's directory to FARM/removed/P.DATE, takes it out of the index and its pages out of the
// site. No log is deleted. May be repeated after a failure. not_found where there is no such project.
Status remove_project(const Layout& layout, const ProjectId& project, const Clock& clock, std::ostream& out);

// Moves it back as it was. `date`: of several of that name the one that was removed then, as FARM/removed
// says it; empty where there is one only. not_found where none was removed, conflict where there is one of
// that name again.
Status restore_project(const Layout& layout, const ProjectId& project, const std::string& date,
                       std::ostream& out);

// Everything that the site has of a project; what is due afterwards is written again.
Status remove_pages(const Path& site, const ProjectId& project);

}  // namespace testfarm

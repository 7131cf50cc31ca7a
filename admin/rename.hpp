// Other names for projects and clients, whose logs, keys and addresses go on (store/names.hpp).
#pragma once

#include <iosfwd>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"

namespace testfarm {

Status rename_project(const Layout& layout, const ProjectId& called, const ProjectId& name,
                      const Clock& clock, std::ostream& out);
Status rename_client(const Layout& layout, const ClientKey& called, const ClientId& name, const Clock& clock,
                     std::ostream& out);

// ", once engine": for lists; empty where it never had another name.
std::string once_called(const Layout& layout, const ProjectId& project);
std::string once_called(const Layout& layout, const ClientKey& client);

}  // namespace testfarm

// What whoever mistyped a name is told.
#pragma once

#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"

namespace testfarm {

// not_found, with the command that lists those that are there.
Error no_client(const Layout& layout, const ClientKey& client);
Error no_project(const Layout& layout, const ProjectId& project);

}  // namespace testfarm

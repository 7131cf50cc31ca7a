// Gives a project or a client another name (store/names.hpp).
#pragma once

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"

namespace testfarm {

// Durable when they answer, known to `layout`, and the pages are due. conflict where the name is somebody's,
// or was; bad_input where it is called so already. Only the holder of generate.lock may: one tick knows one
// name.
Status rename_project(const Layout& layout, const ProjectId& called, const ProjectId& name, Millis now);
Status rename_client(const Layout& layout, const ClientKey& called, const ClientId& name, Millis now);

// Whoever makes a project or a client holds this meanwhile, so that nobody else is given the name at the same
// moment; `layout` knows all names as they are then.
Result<Fd> hold_names(const Layout& layout);

}  // namespace testfarm

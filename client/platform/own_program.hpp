// Where this program's file is, and whose rights it has.
#pragma once

#include "base/file.hpp"

namespace testfarm {

bool is_root();
Path own_program();  // empty where the system does not tell

}  // namespace testfarm

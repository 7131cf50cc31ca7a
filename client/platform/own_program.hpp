// Where this program's file is.
#pragma once

#include "base/file.hpp"

namespace testfarm {

Path own_program();  // empty where the system does not tell

}  // namespace testfarm

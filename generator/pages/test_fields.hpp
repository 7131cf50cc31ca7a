// An execution in the tables of tests.
#pragma once

#include "generator/html/fields.hpp"
#include "store/index/index.hpp"

namespace testfarm {

// {link, revision, time}. `up`: the way to the client's directory.
Fields tested_in(const ExecutionHeader& execution, const std::string& up);

}  // namespace testfarm

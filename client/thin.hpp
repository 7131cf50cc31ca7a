// What is left of events when the farm takes no more output and test results of an execution (problem
// "full"): the events that begin and end something, and events_lost in the place of the others, so that no
// number is missing.
#pragma once

#include <string>
#include <string_view>

namespace testfarm {

// Whole lines, as the spool has them.
std::string without_bulk(std::string_view lines, std::string_view reason);

}  // namespace testfarm

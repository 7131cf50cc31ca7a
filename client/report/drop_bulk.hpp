// What is left of events when the farm takes no more output and test results of an execution (problem
// "full"): the events that begin and end something, and events_lost in the place of the others, so that no
// number is missing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace testfarm {

enum class Keep : std::uint8_t {
  no_output,  // output and test results
  only_ends,  // what begins something too: at twice the limit
};

// Whole lines, as the spool has them. The reason is said once.
std::string drop_bulk(std::string_view lines, Keep keep, std::string_view reason);

}  // namespace testfarm

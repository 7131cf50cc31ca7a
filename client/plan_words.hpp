// What a definition will do, in lines for its owner.
#pragma once

#include <vector>

#include "client/console.hpp"
#include "client/definition/definition.hpp"

namespace testfarm {

void say_tasks(Console& console, const std::vector<TaskDefinition>& tasks);
void say_plan(Console& console, const Definition& definition);

}  // namespace testfarm

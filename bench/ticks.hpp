// What one tick costs, with much history and with little, and how soon a watching generator shows an event.
#pragma once

#include "base/file.hpp"
#include "base/result.hpp"
#include "bench/figures.hpp"

namespace testfarm {

struct TicksSetup {
  Path generator;
  Path directory;             // for farms and traces
  std::uint64_t history = 0;  // executions of the large farm
  std::size_t rounds = 5;
};

Status measure_ticks(const TicksSetup& setup, FigureLine& line);

}  // namespace testfarm

// Whether a POST costs more as an execution or the farm's history grows: one endpoint process behind a
// FastCGI front end of our own, where its CPU time, system calls and bytes read can be counted.
#pragma once

#include "base/file.hpp"
#include "base/result.hpp"
#include "bench/figures.hpp"
#include "bench/workload.hpp"

namespace testfarm {

struct GrowthSetup {
  Path endpoint;
  Path directory;  // for sockets and logs
  std::string origin;
  bool quick = false;
};

struct PostCost {
  double cpu_us = 0;
  double calls = 0;
  double bytes = 0;
};

// growth_10000th_vs_1st*, growth_history*, refusals_apart and rss_mib. `small` is a farm without history,
// `large` one with much; both know `sender`.
Status measure_growth(const GrowthSetup& setup, const Path& small, const Path& large, const Sender& sender,
                      FigureLine& line);

}  // namespace testfarm

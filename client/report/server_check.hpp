// testfarm check --server: whether a farm's address works from here, looked at from the client's side: what a
// host, a proxy or a firewall between the two lets through.
#pragma once

#include <functional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "client/report/http.hpp"

namespace testfarm {

struct ServerFindings {
  std::uint64_t bad = 0;
};

// `say` gets a line for each thing looked at, with the remedy where it is not good. unavailable where nobody
// answers at all.
Result<ServerFindings> check_server(Transport& transport, const std::string& server, const Clock& clock,
                                    const std::function<void(const std::string&)>& say);

}  // namespace testfarm

// The endpoint of a farm: requests to responses. Knows nothing of FastCGI; one object serves many requests.
#pragma once

#include <optional>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "cgi/request.hpp"
#include "schema/ids.hpp"
#include "store/farm_config.hpp"
#include "store/index.hpp"
#include "store/layout.hpp"

namespace testfarm {

class Endpoint {
 public:
  Endpoint(Layout layout, const Clock& clock) : layout_(std::move(layout)), clock_(clock) {}

  // Bytes of a body worth reading: farm.toml's limit and a little more.
  std::size_t body_cap();
  // Never fails: errors become replies. What people of the farm must know goes to stderr.
  Response handle(const Request& request);
  // After the answer is out: brings the index up to what the last request kept. Waits for nobody; whatever
  // hinders it, the marker heals it at the next tick.
  void after_answer();

 private:
  Status refresh_config();
  Result<Response> route(const Request& request);
  Result<Response> server_info() const;
  Layout layout_;
  const Clock& clock_;
  FarmConfig config_;
  std::optional<FileFacts> config_facts_;
  std::optional<Index> index_;
  std::optional<ExecutionKey> appended_to_;
};

}  // namespace testfarm

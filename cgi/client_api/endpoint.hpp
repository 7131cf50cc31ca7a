// The endpoint of a farm: requests to responses. Knows nothing of FastCGI; one object serves many requests.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "cgi/client_api/events.hpp"
#include "cgi/client_api/farm_files.hpp"
#include "cgi/client_api/journal.hpp"
#include "cgi/http/request_handler.hpp"
#include "schema/ids.hpp"
#include "store/layout.hpp"

namespace testfarm {

class Endpoint final : public RequestHandler {
 public:
  Endpoint(const Layout& layout, const Clock& clock)
      : files_(layout, clock), usage_(layout), journal_(layout, clock), clock_(clock) {}

  // Bytes of a body worth reading: farm.toml's limit and a little more.
  std::size_t body_cap() override;
  // Never fails: errors become replies. What people of the farm must know goes to stderr.
  Response handle(const Request& request) override;
  // After the answer is out: counts what the last request was.
  void after_answer() override;

 private:
  Result<Response> route(const Request& request);
  Result<Response> route_client(const Request& request, const ClientKey& client,
                                const std::vector<std::string_view>& words);
  Result<Response> server_info(const Request& request) const;
  FarmFiles files_;
  UsageBook usage_;
  Journal journal_;
  const Clock& clock_;
  Response last_;
  std::optional<AfterEvents> after_;
};

}  // namespace testfarm

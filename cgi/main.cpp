// testfarm.fcgi: the endpoint that clients report to. Started by a web server, as FastCGI or CGI.
#include <cstdlib>
#include <iostream>

#include "base/command_line.hpp"
#include "base/crypto.hpp"
#include "cgi/client_api/endpoint.hpp"
#include "cgi/http/fcgi_adapter.hpp"

namespace {

testfarm::Exit serve_farm(const std::string& farm) {
  using namespace testfarm;
  if (farm.empty()) {
    std::cerr << "testfarm.fcgi: which farm? Give --farm DIR, or set TESTFARM_FARM (apache/ has a wrapper "
                 "that does)\n";
    return Exit::usage;
  }
  Endpoint endpoint(Layout(farm), system_clock());
  auto served = crypto_ready();
  if (served) served = serve(endpoint);
  if (served) return Exit::ok;
  std::cerr << "testfarm.fcgi: " << served.error().context << '\n';
  return Exit::internal;
}

}  // namespace

int main(int argc, char** argv) {
  const char* from_environment = std::getenv("TESTFARM_FARM");
  std::string farm = from_environment == nullptr ? "" : from_environment;
  testfarm::CommandLine line("testfarm.fcgi",
                             "The endpoint of a TestFarm. A web server starts it, as FastCGI or as CGI.");
  line.options().option("--farm", farm, "The farm's directory (default: $TESTFARM_FARM)");
  return static_cast<int>(line.run(argc, argv, [&] { return serve_farm(farm); }));
}

// The floor under any endpoint that keeps what it acknowledges: reads the body, checks its digest and the
// Ed25519 signature, appends it to a file named by the address, syncs and answers. It knows one key and looks
// at nothing else: no form of the events, no position, no end, no other writer, no limit.
//   bench_floor DIRECTORY ORIGIN PUBLIC_KEY sync|write
#include <fcgiapp.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "schema/signature.hpp"

using namespace testfarm;

namespace {

struct Floor {
  std::string directory, origin;
  PublicKey key{};
  bool sync = true;

  bool signed_well(FCGX_Request& request, std::string_view target, const std::string& body) const {
    const auto text = [&](const char* name) {
      const char* value = FCGX_GetParam(name, request.envp);
      return std::string_view(value == nullptr ? "" : value);
    };
    const std::string digest = content_digest(body);
    const std::string_view input = text("HTTP_SIGNATURE_INPUT");
    const std::string_view signature = text("HTTP_SIGNATURE");
    if (digest != text("HTTP_CONTENT_DIGEST") || input.size() < 3 || signature.size() < 5) return false;
    const auto bytes = from_base64(signature.substr(4, signature.size() - 5));
    const auto parsed = bytes ? array_from<Signature>(*bytes) : std::nullopt;
    const std::string base =
        concat("\"@method\": ", text("REQUEST_METHOD"), "\n\"@target-uri\": ", origin, target,
               "\n\"content-type\": ", text("CONTENT_TYPE"), "\n\"content-digest\": ", digest,
               "\n\"@signature-params\": ", input.substr(3));
    return parsed && verify(base, *parsed, key);
  }

  // One file an address, as the endpoint has one an execution.
  bool kept(std::string_view target, std::string_view body) const {
    std::string name(target.substr(0, target.find('?')));
    std::replace(name.begin(), name.end(), '/', '_');
    const int file =
        open(concat(directory, '/', name).c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) return false;
    const bool whole = write(file, body.data(), body.size()) == static_cast<ssize_t>(body.size());
    const bool durable = !sync || fdatasync(file) == 0;
    return close(file) == 0 && whole && durable;
  }
};

}  // namespace

int main(int argc, char** argv) {
  FCGX_Request request;
  const auto key = argc == 5 ? from_base64(argv[3]) : std::nullopt;
  if (!key || !crypto_ready() || FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0) return 1;
  const Floor floor{.directory = argv[1],
                    .origin = argv[2],
                    .key = array_from<PublicKey>(*key).value_or(PublicKey{}),
                    .sync = std::string_view(argv[4]) == "sync"};
  char piece[16 * 1024];
  std::string body;
  while (FCGX_Accept_r(&request) == 0) {
    body.clear();
    for (int got = 0; (got = FCGX_GetStr(piece, sizeof piece, request.in)) > 0;)
      body.append(piece, static_cast<std::size_t>(got));
    const std::string target = FCGX_GetParam("REQUEST_URI", request.envp);
    const bool good = floor.signed_well(request, target, body) && floor.kept(target, body);
    FCGX_PutS(good
                  ? "Status: 200\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"next\":99}"
                  : "Status: 400\r\nContent-Length: 0\r\n\r\n",
              request.out);
    FCGX_Finish_r(&request);
  }
}

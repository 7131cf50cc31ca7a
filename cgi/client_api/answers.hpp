// Answers that the calls of a client share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cgi/client_api/farm_context.hpp"
#include "cgi/http/request.hpp"
#include "schema/ids.hpp"
#include "schema/protocol.hpp"

namespace testfarm {

Response answer(int status, const std::string& json);
Response malformed(std::string detail);        // 400
Response wrong_type(std::string_view wanted);  // 415
// An error of our own files: whatever is wrong with them is not the sender's fault.
Error ours(const Error& error);
// The public half of the farm's identity, in base64; empty where it has none.
std::string farm_key(const FarmContext& farm);
// What the client is asked for. Its register was looked at when it was authenticated.
const std::vector<ClientRequest>& requests_of(const FarmContext& farm, const ClientKey& client);

}  // namespace testfarm

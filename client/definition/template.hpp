// The commented file that `testfarm init` writes.
#pragma once

#include <string>

#include "schema/ids.hpp"

namespace testfarm {

std::string definition_template(const ClientKey& client, const std::string& server);
// The same with a [matrix], for an invite for several clients.
std::string matrix_template(const ClientKey& client, const std::string& server);

}  // namespace testfarm

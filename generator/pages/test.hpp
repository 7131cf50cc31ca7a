// The page of one test of a client that was red: from when to when.
#pragma once

#include "base/result.hpp"
#include "generator/pages/context.hpp"
#include "schema/ids.hpp"

namespace testfarm {

// P/C/test/BRANCH/T.html; removed where the test never failed.
Status write_test(PageContext& context, const ClientKey& client, const std::string& branch,
                  const std::string& test);

}  // namespace testfarm

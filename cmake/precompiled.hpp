// What nearly every source includes, parsed once a build: the standard library's large headers, and results.
// Sources include what they use all the same: a build by a tool that knows no precompiled headers must work.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

// Ids as the index has them: they were checked when they were put there, so one that does not parse is of a
// damaged file.
#pragma once

#include <string>

#include "base/result.hpp"
#include "base/text.hpp"

namespace testfarm {

template <typename Id>
Result<Id> stored_id(const std::string& text) {
  auto id = Id::parse(text);
  if (!id) return fail(ErrorKind::damaged, concat("the index holds a name that is none: ", in_quotes(text)));
  return id;
}

}  // namespace testfarm

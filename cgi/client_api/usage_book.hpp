// What clients have sent today, as this process knows it: looked up and written down now and then instead of
// with each request. The limits of a day are met some 100 KiB a process too late, and cost nothing.
#pragma once

#include <map>
#include <optional>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/clients/usage.hpp"

namespace testfarm {

class UsageBook {
 public:
  explicit UsageBook(Layout layout) : layout_(std::move(layout)) {}

  Result<Usage> of_day(const ClientKey& client, Millis now);
  // Of the farm's disk, as of a second ago at most.
  Result<FreeSpace> free_space_now(Millis now);
  Status add(const ClientKey& client, Millis now, const Usage& more);

 private:
  struct Page {
    Usage written;  // in the file, when it was last looked at
    Usage pending;  // since then, by this process
    Millis looked_at = 0;
  };
  Status write_down(const ClientKey& client, Page& page, Millis now);
  Layout layout_;
  std::map<ClientKey, Page> pages_;
  std::optional<FreeSpace> space_;
  Millis space_at_ = 0;
};

}  // namespace testfarm

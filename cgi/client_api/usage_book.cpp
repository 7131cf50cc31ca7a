#include "cgi/client_api/usage_book.hpp"

namespace testfarm {
namespace {
constexpr std::uint64_t most_pending = 100 * 1024;  // bytes
constexpr Millis longest_unread = 10 * second_ms;
constexpr std::size_t most_clients = 200;
}  // namespace

Result<Usage> UsageBook::of_day(const ClientKey& client, Millis now) {
  if (pages_.size() >= most_clients && !pages_.contains(client)) pages_.clear();
  Page& page = pages_[client];
  const bool fresh = now >= page.looked_at && now - page.looked_at < longest_unread &&
                     now / day_ms == page.looked_at / day_ms;
  if (!fresh) {
    TRY(write_down(client, page, now));
    TRY_SET(page.written, usage_of_day(layout_, client, now));
    page.looked_at = now;
  }
  return Usage{page.written.bytes + page.pending.bytes, page.written.executions + page.pending.executions};
}

Status UsageBook::add(const ClientKey& client, Millis now, const Usage& more) {
  Page& page = pages_[client];
  page.pending.bytes += more.bytes;
  page.pending.executions += more.executions;
  return page.pending.bytes < most_pending && page.pending.executions == 0 ? Status{}
                                                                           : write_down(client, page, now);
}

Result<FreeSpace> UsageBook::free_space_now(Millis now) {
  if (!space_ || now < space_at_ || now - space_at_ >= second_ms) {
    TRY_SET(space_, free_space(layout_.root()));
    space_at_ = now;
  }
  return *space_;
}

Status UsageBook::write_down(const ClientKey& client, Page& page, Millis now) {
  if (page.pending.bytes == 0 && page.pending.executions == 0) return {};
  TRY_SET(page.written, add_usage(layout_, client, now, page.pending));
  page.pending = {};
  page.looked_at = now;
  return {};
}

}  // namespace testfarm

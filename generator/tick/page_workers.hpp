// Several threads that write pages. Each has its own handle of the index and its own caches; the items of a
// batch are handed out one by one, in their order.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/result.hpp"
#include "generator/pages/page_writer.hpp"

namespace testfarm {

class PageWorkers {
 public:
  // `index` is the caller's own and used for what is written on the calling thread.
  PageWorkers(const Layout& layout, const FarmConfig& farm, Index& index, SiteWriter& site,
              std::size_t threads);
  PageWorkers(const PageWorkers&) = delete;
  PageWorkers& operator=(const PageWorkers&) = delete;
  ~PageWorkers();

  using Item = std::function<void(PageWriter&, std::size_t number, std::vector<Unwritten>&)>;
  // Does items 0 to `count` - 1 until `enough`: answers how many were done, all of them from the front. Adds
  // what failed.
  std::size_t work(std::size_t count, const Item& item, const std::function<bool()>& enough,
                   std::vector<Unwritten>& failures);

 private:
  struct Worker;
  Status grow();
  const Layout& layout_;
  const FarmConfig& farm_;
  SiteWriter& site_;
  std::size_t threads_;
  Index& index_;
  PageWriter own_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace testfarm

#include "generator/tick/page_workers.hpp"

#include <mutex>
#include <optional>
#include <thread>

namespace testfarm {

// What a thread beside the caller's needs.
struct PageWorkers::Worker {
  Worker(const Layout& layout, const FarmConfig& farm, Index opened, SiteWriter& site)
      : index(std::move(opened)), writer(layout, farm, index, site) {}
  Index index;
  PageWriter writer;
};

namespace {

// Fewer items than that are done sooner than a thread is there.
constexpr std::size_t worth_a_thread = 32;

struct Batch {
  std::size_t count;
  const PageWorkers::Item& item;
  const std::function<bool()>& enough;
  std::vector<Unwritten>& failures;
  std::size_t next = 0;
  std::mutex guard = {};

  std::optional<std::size_t> take() {
    const std::scoped_lock lock(guard);
    if (next < count && enough()) count = next;
    if (next == count) return std::nullopt;
    return next++;
  }
  void work(PageWriter& writer, Index& index) {
    std::vector<Unwritten> failed;
    // Without it each question takes and gives back the lock of the file; they are answered all the same.
    const auto reading = index.begin_reading();
    for (auto at = take(); at; at = take()) item(writer, *at, failed);
    const std::scoped_lock lock(guard);
    failures.insert(failures.end(), std::make_move_iterator(failed.begin()),
                    std::make_move_iterator(failed.end()));
  }
};

}  // namespace

PageWorkers::PageWorkers(const Layout& layout, const FarmConfig& farm, Index& index, SiteWriter& site,
                         std::size_t threads)
    : layout_(layout),
      farm_(farm),
      site_(site),
      threads_(threads),
      index_(index),
      own_(layout, farm, index, site) {}
PageWorkers::~PageWorkers() = default;

Status PageWorkers::grow() {
  while (workers_.size() + 1 < threads_) {
    TRY_SET(auto index, Index::open(layout_, 10 * second_ms));
    if (!index) return fail(ErrorKind::damaged, "the index went away while pages were written");
    workers_.push_back(std::make_unique<Worker>(layout_, farm_, *std::move(index), site_));
  }
  return {};
}

std::size_t PageWorkers::work(std::size_t count, const Item& item, const std::function<bool()>& enough,
                              std::vector<Unwritten>& failures) {
  Batch batch{.count = count, .item = item, .enough = enough, .failures = failures};
  std::vector<std::thread> threads;
  // Without more handles the work is done all the same, by one.
  if (threads_ > 1 && count >= worth_a_thread && grow())
    for (const auto& worker : workers_)
      threads.emplace_back([&batch, &worker] { batch.work(worker->writer, worker->index); });
  batch.work(own_, index_);
  for (std::thread& thread : threads) thread.join();
  return batch.next;
}

}  // namespace testfarm

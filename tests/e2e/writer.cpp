#include "e2e/writer.hpp"

#include <unistd.h>

#include "admin/made_up/fiction.hpp"
#include "e2e/apache.hpp"

namespace testfarm {

void Writer::run(const std::atomic<bool>& stop) {
  const FictionHistory history(1, 0, 100 * day_ms, 30);
  while (!stop) {
    const auto events = fiction_execution({}, history, fiction_machine(dice_()), 2, 20, dice_);
    SentExecution sent{{api_.secret().id.owner, ExecutionId::make(system_clock().now())}, lines(events), 1};
    while (sent.acknowledged <= events.size()) {
      send_piece(sent, events);
      usleep(pause);
    }
    executions.push_back(std::move(sent));
  }
}

void Writer::send_piece(SentExecution& sent, const std::vector<Event>& events) {
  const std::uint64_t back = dice_() % 4 == 0 ? std::min<std::uint64_t>(sent.acknowledged - 1, 3) : 0;
  const std::uint64_t from = sent.acknowledged - back;
  const std::uint64_t to = std::min<std::uint64_t>(events.size(), sent.acknowledged + dice_() % 8);
  const Sent answer = api_.send_events(sent.key.execution, from, lines(events, from, to), 1000);
  if (answer.kind == Sent::Kind::accepted) {
    if (answer.next < sent.acknowledged) complaint = "the farm forgot acknowledged events";
    sent.acknowledged = answer.next;
  } else if (answer.kind != Sent::Kind::unknown) {
    complaint = answer.why;
    sent.acknowledged = events.size() + 1;
  } else {
    usleep(5000);
  }
}

void everything_is_whole(const Layout& layout, const std::vector<std::unique_ptr<Writer>>& writers) {
  auto index = must(Index::open(layout, second_ms));
  BOOST_REQUIRE(index.has_value());
  for (const auto& writer : writers) {
    BOOST_TEST(writer->complaint.empty(), writer->complaint);
    BOOST_TEST(!writer->executions.empty());
    for (const SentExecution& sent : writer->executions) {
      BOOST_TEST((plain_log(layout, sent.key) == sent.lines), sent.key.execution.text());
      const auto row = must(index->execution(sent.key));
      BOOST_TEST((row && row->closed), sent.key.execution.text());
    }
  }
  BOOST_TEST(must(list_directory(layout.open())).empty());
}

}  // namespace testfarm

#include "formats/automatic.hpp"

#include "formats/text_results.hpp"

namespace testfarm {
namespace {

// Of one test's output, for the case that it was none; the oldest lines are let go.
constexpr std::size_t most_withheld = 4 << 20;

}  // namespace

AutomaticParser::AutomaticParser() {
  for (std::size_t i = 0; i < test_format_names().size(); ++i) {
    const auto format = static_cast<TestFormat>(i);
    if (format != TestFormat::none && format != TestFormat::automatic)
      all_.push_back({.name = test_format_names()[i], .parser = test_parser(format), .found = {}});
  }
}

void AutomaticParser::feed(std::string_view line, const Candidate* but) {
  for (Candidate& one : all_)
    if (&one != but) one.parser->line(line, one.found);
}

// The test never ended: what came after it may be another program's.
void AutomaticParser::replay(const Candidate* but) {
  for (const std::string& line : withheld_) feed(line, but);
  withheld_.clear();
  withheld_bytes_ = 0;
}

void AutomaticParser::line(std::string_view line, TestCollector&) {
  if (owner_ != nullptr) {
    Candidate& owner = all_[static_cast<std::size_t>(owner_ - all_.data())];
    owner.parser->line(line, owner.found);
    if (owner.parser->within_test()) {
      withheld_.emplace_back(line);
      withheld_bytes_ += line.size() + sizeof(std::string);
      if (withheld_bytes_ > most_withheld) replay(owner_);
      return;
    }
    withheld_.clear();
    withheld_bytes_ = 0;
    owner_ = nullptr;
    return;
  }
  feed(line, nullptr);
  for (const Candidate& one : all_)
    if (one.parser->recognised() && one.parser->within_test()) {
      owner_ = &one;
      return;
    }
}

void AutomaticParser::finish(TestCollector& to) {
  replay(owner_);
  bool certain = false;
  for (Candidate& one : all_) {
    one.parser->finish(one.found);
    certain = certain || one.parser->recognised();
  }
  for (Candidate& one : all_) {
    if (certain ? !one.parser->recognised() : one.found.empty()) continue;
    taken_.push_back(one.name);
    to.add_all(std::move(one.found));
    if (!certain) return;
  }
}

bool AutomaticParser::recognised() const { return !taken_.empty(); }

}  // namespace testfarm

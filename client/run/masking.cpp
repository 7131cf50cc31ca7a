#include "client/run/masking.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "schema/codec.hpp"

namespace testfarm {
namespace {
constexpr std::string_view mask_text = "***";
constexpr std::size_t least_line = 8;
constexpr std::size_t least_beginning = 4;
}  // namespace

Masking::Masking(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {
  // Whoever shows one line of a key shows too much of it.
  const std::size_t whole = secrets_.size();
  for (std::size_t i = 0; i < whole; ++i) {
    const std::string secret = secrets_[i];
    const auto lines = split_lines(secret);
    for (const auto line : lines)
      if (lines.size() > 1 && line.size() >= least_line) secrets_.emplace_back(line);
  }
  std::sort(secrets_.begin(), secrets_.end(),
            [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  if (!secrets_.empty()) longest_ = secrets_.front().size();
}

// The earliest secret in a text; of those that begin together the longest, which stands first.
Masking::Found Masking::find(std::string_view text) const {
  Found found{std::string_view::npos, 0};
  for (const std::string& secret : secrets_)
    if (const auto at = text.find(secret); at < found.at) found = {at, secret.size()};
  return found;
}

std::string Masking::masked(std::string_view text) const {
  std::string clean;
  for (Found found = find(text); found.at != std::string_view::npos; found = find(text)) {
    clean.append(text.substr(0, found.at)).append(mask_text);
    text.remove_prefix(found.at + found.length);
  }
  return clean.append(text);
}

std::size_t Masking::beginning(std::string_view text) const {
  if (secrets_.empty()) return text.size();
  const std::size_t most = longest_ - 1;
  for (std::size_t at = text.size() > most ? text.size() - most : 0; at < text.size(); ++at)
    for (const std::string& secret : secrets_)
      if (secret.size() > text.size() - at && secret.starts_with(text.substr(at))) return at;
  return text.size();
}

namespace {

// Texts that may have been cut to their length, within a secret: what begins one at their end goes too. Not
// names and revisions, which are whole, and by which a farm knows things again; nor output, which is masked
// as a stream before it is cut into events.
struct MaskEnds {
  const Masking& masking;
  void text(std::string& text) const {
    const std::size_t cut = masking.beginning(text);
    if (text.size() - cut >= least_beginning) text.replace(cut, std::string::npos, mask_text);
  }

  void operator()(ExecutionStarted& event) const {
    text(event.branch);
    for (Repository& repository : event.repositories) {
      text(repository.url);
      for (Change& change : repository.changes) {
        text(change.author);
        text(change.message);
      }
    }
    for (auto& [name, value] : event.facts) text(value);
    for (PlannedTask& task : event.plan) text(task.name);
  }
  void operator()(TaskStarted& event) const { text(event.name); }
  void operator()(CommandStarted& event) const { text(event.line); }
  void operator()(Output&) const {}
  void operator()(CommandEnded& event) const { text(event.info); }
  void operator()(TestResults& event) const {
    for (TestResult& test : event.tests) {
      text(test.name);
      text(test.message);
    }
  }
  void operator()(TaskEnded&) const {}
  void operator()(ExecutionEnded& event) const { text(event.reason); }
  void operator()(EventsLost& event) const { text(event.reason); }
};

}  // namespace

// Whole secrets go from every text that the codec writes, so that a new member cannot be forgotten here.
void Masking::mask(EventBody& body) const {
  if (secrets_.empty()) return;
  for_each_text(body, [&](std::string& text) { text = masked(text); });
  std::visit(MaskEnds{*this}, body);
}

std::string MaskedStream::feed(std::string_view bytes) {
  if (masking_.secrets_.empty()) return std::string(bytes);
  held_ += bytes;
  std::string ready;
  for (;;) {
    const std::size_t hold = masking_.beginning(held_);
    const Masking::Found found = masking_.find(held_);
    // What begins no later may turn out to be a longer secret around this one.
    const bool whole = found.at < hold;
    ready.append(held_, 0, whole ? found.at : hold);
    if (whole) ready += mask_text;
    held_.erase(0, whole ? found.at + found.length : hold);
    if (!whole) return ready;
  }
}

std::string MaskedStream::finish() {
  std::string rest = masking_.masked(held_);
  held_.clear();
  return rest;
}

}  // namespace testfarm

#include "client/log.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "client/definition/read_definitions.hpp"
#include "client/local_farm.hpp"
#include "client/report/spool.hpp"
#include "client/session.hpp"
#include "schema/codec.hpp"
#include "schema/limits.hpp"

namespace testfarm {
namespace {

constexpr std::size_t at_a_time = 2 * limits::event_line;  // bytes: any event fits

// The first and the last event that can be read.
struct Ends {
  std::optional<Event> first, last;
};

Result<Ends> ends_of(const Path& path) {
  TRY_SET(const Fd file, open_file(path, Open::read));
  TRY_SET(const FileFacts facts, facts_of(file, path));
  TRY_SET(const std::string head, read_at(file, 0, at_a_time, path));
  const std::uint64_t from = facts.size > at_a_time ? facts.size - at_a_time : 0;
  TRY_SET(const std::string tail, read_at(file, from, at_a_time, path));
  Ends ends;
  if (auto event = decode_event(std::string_view(head).substr(0, head.find('\n')))) ends.first = *event;
  const auto lines = split_lines(tail);
  if (!lines.empty())
    if (auto event = decode_event(lines.back())) ends.last = *event;
  return ends;
}

const char* words_of(Spool::Kept::Where where) {
  switch (where) {
    case Spool::Kept::Where::on_its_way: return "to send";
    case Spool::Kept::Where::done: return "sent";
    case Spool::Kept::Where::parked: return "refused";
  }
  return "";
}

std::string line_of(const Spool::Kept& kept, const Ends& ends) {
  const auto* start = ends.first ? std::get_if<ExecutionStarted>(&ends.first->body) : nullptr;
  const auto* end = ends.last ? std::get_if<ExecutionEnded>(&ends.last->body) : nullptr;
  std::string line = kept.execution.text();
  line += concat("  ", end == nullptr ? "no end yet" : name_of(end->outcome));
  if (end != nullptr)
    line += concat(" in ",
                   (end->duration < second_ms ? "less than 1s" : duration_words(end->duration / second_ms)));
  if (start != nullptr) line += concat("  ", start->branch);
  if (start != nullptr && !start->repositories.empty())
    line += concat(' ', start->repositories.front().revision.substr(0, 10));
  line += concat("  ", words_of(kept.where));
  if (end != nullptr && !end->reason.empty()) line += concat("  ", end->reason);
  return line;
}

// Its lines, read in pieces: an execution may have printed more than fits into memory.
Status show(const Spool::Kept& kept, Console& console) {
  TRY_SET(const Fd file, open_file(kept.lines, Open::read));
  std::string rest;
  for (std::uint64_t offset = 0;;) {
    TRY_SET(const std::string bytes, read_at(file, offset, at_a_time, kept.lines));
    if (bytes.empty()) return {};
    offset += bytes.size();
    rest += bytes;
    const auto end = rest.rfind('\n') + 1;  // 0 where there is none
    const std::string whole = rest.substr(0, end);
    for (const std::string_view line : split_lines(whole))
      if (const auto event = decode_event(line)) console.event(event->body);
    rest.erase(0, end);
  }
}

bool is_meant(const Spool::Kept& kept, const std::string& typed) {
  return kept.execution.text().starts_with(typed) || kept.execution.text().ends_with(typed);
}

Result<std::vector<Spool::Kept>> kept_of(const ClientContext& context, const Definition& definition) {
  const Path directory = spool_directory(definition.state_directory, 0);
  if (!file_exists(directory)) return std::vector<Spool::Kept>();
  TRY_SET(const Spool spool, Spool::open(directory, context.clock));
  return spool.kept();
}

Status tell_one(const ClientContext& context, const std::vector<Definition>& definitions,
                const std::string& typed) {
  std::vector<Spool::Kept> meant;
  for (const Definition& definition : definitions) {
    TRY_SET(auto kept, kept_of(context, definition));
    if (typed == "last" && !kept.empty()) kept.resize(1, kept.front());
    for (Spool::Kept& one : kept)
      if (typed == "last" || is_meant(one, typed)) meant.push_back(std::move(one));
  }
  if (meant.empty())
    return fail(
        ErrorKind::not_found,
        typed == "last"
            ? "nothing is kept here: nothing was run for a farm, or not within 14 days; --local DIR has "
              "what `testfarm run --local DIR` did"
            : concat("there is no execution ", in_quotes(typed),
                     " here; `testfarm log` names those that are kept"));
  std::sort(meant.begin(), meant.end(),
            [](const auto& a, const auto& b) { return a.execution > b.execution; });
  if (meant.size() > 1 && typed != "last")
    return fail(ErrorKind::bad_input, concat(in_quotes(typed), " is in the names of ", meant.size(),
                                             " executions: ", meant[0].execution.text(), ", ",
                                             meant[1].execution.text(), meant.size() > 2 ? " …" : ""));
  return show(meant.front(), context.console);
}

}  // namespace

Status tell_log(const ClientContext& context, const LogOptions& options) {
  TRY_SET(auto definitions, chosen_definitions(context));
  TRY_SET(const auto whole, read_definitions(context.definition_file));
  if (!options.local.empty())
    for (Definition& definition : definitions)
      definition.state_directory = local_state_directory(options.local, whole, definition);
  if (!options.execution.empty()) return tell_one(context, definitions, options.execution);
  for (const Definition& definition : definitions) {
    TRY_SET(const auto kept, kept_of(context, definition));
    context.console.speaks_for(called_among(whole, definition));
    if (kept.empty())
      context.console.say(
          "nothing is kept here: nothing was run for a farm, or not within 14 days; "
          "--local DIR has what `testfarm run --local DIR` did");
    const auto most =
        std::min(kept.size(), static_cast<std::size_t>(std::max<std::int64_t>(options.most, 1)));
    for (std::size_t i = 0; i < most; ++i) {
      const auto ends = ends_of(kept[i].lines);
      // One that has just been acknowledged is elsewhere by now.
      if (!ends && ends.error().kind == ErrorKind::not_found) continue;
      if (!ends) return fail(ends.error());
      context.console.say(line_of(kept[i], *ends));
    }
    if (most < kept.size())
      context.console.say(
          concat("and ", kept.size() - most, " older ones: testfarm log --most ", kept.size()));
  }
  return {};
}

}  // namespace testfarm

#include "client/report/spool.hpp"

#include <algorithm>

#include "base/boot_id.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "schema/codec.hpp"

namespace testfarm {
namespace {

constexpr Millis keep_done = 14 * day_ms;
constexpr std::string_view lines_end = ".jsonl";
constexpr std::string_view unconfirmed_end = ".new";

std::optional<ExecutionId> execution_of(std::string_view name) {
  if (!name.ends_with(lines_end)) return std::nullopt;
  auto id = ExecutionId::parse(name.substr(0, name.size() - lines_end.size()));
  return id ? std::optional(*std::move(id)) : std::nullopt;
}

bool is_boundary(const EventBody& body) {
  return std::holds_alternative<ExecutionStarted>(body) || std::holds_alternative<ExecutionEnded>(body);
}

}  // namespace

Status SpoolWriter::add(EventBody body) {
  const Millis now = clock_->boot_time();
  const Event event{next_, std::max<Millis>(now - began_, 0), std::move(body)};
  TRY(write_all(file_, encode_event(event) + '\n', path_));
  next_ = event.next();
  if (is_boundary(event.body) || now - synced_ >= second_ms) return sync();
  return {};
}

Status SpoolWriter::sync() {
  TRY(sync_data(file_, path_));
  synced_ = clock_->boot_time();
  return {};
}

Result<Spool> Spool::open(Path directory, const Clock& clock) {
  TRY(make_directories(directory / "done", Sync::yes));
  TRY(make_directories(directory / "parked", Sync::yes));
  return Spool(std::move(directory), clock);
}

Result<SpoolWriter> Spool::begin() {
  ExecutionId execution = ExecutionId::make(clock_->now());
  json::Writer begun;
  const Millis began = clock_->boot_time();
  begun.object()
      .member("boot", boot_id())
      .member("boot_time", began)
      .member("now", clock_->now())
      .end_object();
  TRY(replace_file(begun_of(execution), begun.text() + '\n', Sync::no));
  Path path = lines_of(execution);
  TRY_SET(Fd file, open_file(path, Open::append_create));
  TRY(sync_directory(directory_));
  return SpoolWriter(std::move(execution), std::move(file), std::move(path), *clock_, began);
}

Status Spool::share(const ExecutionId& execution, const Spool& with) const {
  for (const Path& path : {begun_of(execution), lines_of(execution)}) {
    std::error_code failed;
    std::filesystem::create_hard_link(path, with.directory_ / path.filename(), failed);
    if (failed)
      return fail(ErrorKind::io, concat("could not link ", path.string(), " into ", with.directory_.string(),
                                        ": ", failed.message()));
  }
  return sync_directory(with.directory_);
}

Result<std::vector<ExecutionId>> Spool::pending() const {
  TRY_SET(const auto names, list_directory(directory_));
  std::vector<ExecutionId> executions;
  for (const auto& name : names)
    if (auto execution = execution_of(name)) executions.push_back(*std::move(execution));
  return executions;
}

Result<bool> Spool::close_if_open(const ExecutionId& execution) {
  const Path path = lines_of(execution);
  TRY_SET(const std::string text, read_file(path));
  const auto whole = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
  TRY_SET(const Fd file, open_file(path, Open::append));
  if (whole < text.size()) TRY(cut_file(file, whole, path));
  const auto lines = split_lines(std::string_view(text).substr(0, whole));
  // Killed before anything was said: nobody was told of it, so nobody misses it.
  if (lines.empty()) {
    TRY(remove_file(begun_of(execution)));
    TRY(remove_file(path));
    return false;
  }
  TRY_SET(const Event last, decode_event(lines.back()));
  if (last.ends_execution()) return false;
  const Event end{last.next(), last.at,
                  ExecutionEnded{Outcome::interrupted, last.at, "the client was stopped"}};
  TRY(write_all(file, encode_event(end) + '\n', path));
  TRY(sync_data(file, path));
  return true;
}

Result<std::vector<Spool::Kept>> Spool::kept() const {
  std::vector<Kept> all;
  const auto add = [&](const Path& directory, Kept::Where where) -> Status {
    TRY_SET(const auto names, list_directory(directory));
    for (const auto& name : names)
      if (auto id = execution_of(name)) {
        TRY_SET(const auto facts, facts_at(directory / name));
        all.push_back({.execution = *std::move(id),
                       .lines = directory / name,
                       .where = where,
                       .written = facts ? facts->modified : 0});
      }
    return {};
  };
  TRY(add(directory_, Kept::Where::on_its_way));
  TRY(add(directory_ / "done", Kept::Where::done));
  TRY(add(directory_ / "parked", Kept::Where::parked));
  std::sort(all.begin(), all.end(), [](const Kept& a, const Kept& b) {
    constexpr std::size_t second = 15;  // of an id
    const int order = a.execution.text().compare(0, second, b.execution.text(), 0, second);
    return order != 0 ? order > 0 : a.written > b.written;
  });
  return all;
}

Result<std::uint64_t> Spool::recover() {
  std::uint64_t closed = 0;
  TRY(offer_unconfirmed());
  TRY_SET(const auto executions, pending());
  for (const ExecutionId& execution : executions) {
    const auto closed_it = close_if_open(execution);
    // A spool file that makes no sense must not stop the client for ever; a disk that is full must not lose
    // one.
    if (!closed_it && closed_it.error().kind != ErrorKind::bad_input) return fail(closed_it.error());
    if (!closed_it)
      TRY(park(execution, closed_it.error().context));
    else
      closed += *closed_it ? 1U : 0U;
  }
  TRY(forget_old());
  return closed;
}

Status Spool::forget_old() {
  TRY_SET(const auto names, list_directory(directory_ / "done"));
  for (const auto& name : names) {
    TRY_SET(const auto facts, facts_at(directory_ / "done" / name));
    if (facts && facts->modified + keep_done < clock_->now()) TRY(remove_file(directory_ / "done" / name));
  }
  return {};
}

// From `offset` to the end of the line in which `least` bytes are full, or to the last whole line.
Result<std::string> Spool::lines_from(const Fd& file, const Path& path, std::uint64_t offset,
                                      std::size_t least) const {
  constexpr std::size_t block = 256 * 1024;
  std::string text;
  for (;;) {
    TRY_SET(const std::string bytes, read_at(file, offset + text.size(), block, path));
    text += bytes;
    const auto end = text.rfind('\n');
    const std::size_t whole = end == std::string::npos ? 0 : end + 1;
    if (whole > least || bytes.size() < block) {
      text.resize(whole);
      return text;
    }
  }
}

Result<Spool::Chunk> Spool::read(const ExecutionId& execution, std::uint64_t from, std::size_t most,
                                 std::uint64_t hint) const {
  // What is sent must outlive a power failure here: told to the farm and forgotten at home, it would be told
  // differently.
  const Path path = lines_of(execution);
  TRY_SET(const Fd file, open_file(path, Open::read));
  TRY(sync_data(file, path));
  Chunk chunk{.from = from, .offset = hint};
  std::string text;
  for (std::uint64_t offset = hint; chunk.lines.empty(); offset += text.size()) {
    TRY_SET(text, lines_from(file, path, offset, most));
    if (text.empty()) return chunk;
    std::string_view rest = text;
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      const std::string_view line = rest.substr(0, end);
      if (event_number(line).value_or(0) >= from) {
        if (!chunk.lines.empty() && chunk.lines.size() + line.size() + 1 > most) break;
        if (chunk.lines.empty()) {
          chunk.from = event_number(line).value_or(from);
          chunk.offset = offset + static_cast<std::uint64_t>(line.data() - text.data());
        }
        chunk.lines.append(line) += '\n';
        chunk.to = event_number(line).value_or(from);
      }
      rest.remove_prefix(end + 1);
    }
    chunk.more = !rest.empty() || text.size() > most;
  }
  return chunk;
}

Millis Spool::age(const ExecutionId& execution) const {
  const auto text = read_file(begun_of(execution), 4096);
  const auto document = text ? json::Document::parse(*text) : tl::unexpected<Error>(text.error());
  if (!document) return 0;
  const json::View begun = document->root();
  const bool same_boot = begun.text("boot") == boot_id();
  const Millis age =
      same_boot ? clock_->boot_time() - begun.integer("boot_time") : clock_->now() - begun.integer("now");
  return std::max<Millis>(age, 0);
}

Status Spool::move_to(const ExecutionId& execution, const Path& directory) {
  for (const Path& path : {begun_of(execution), lines_of(execution)}) {
    std::error_code failed;
    std::filesystem::rename(path, directory / path.filename(), failed);
    if (failed && failed != std::errc::no_such_file_or_directory)
      return fail(ErrorKind::io, concat("could not move ", path.string(), ": ", failed.message()));
  }
  return {};
}

Status Spool::done(const ExecutionId& execution) {
  TRY(make_empty_file(directory_ / "done" / concat(execution.text(), unconfirmed_end)));
  return move_to(execution, directory_ / "done");
}

Result<std::vector<std::string>> Spool::unconfirmed() const {
  TRY_SET(auto names, list_directory(directory_ / "done"));
  std::erase_if(names, [](const std::string& name) { return !name.ends_with(unconfirmed_end); });
  return names;
}

Status Spool::confirm(const std::vector<std::string>& names) {
  for (const auto& name : names) TRY(remove_file(directory_ / "done" / name));
  return {};
}

Status Spool::offer_unconfirmed() {
  TRY_SET(const auto names, unconfirmed());
  for (const auto& name : names) {
    const std::string id = name.substr(0, name.size() - unconfirmed_end.size());
    for (const std::string& part : {id + ".begun", id + std::string(lines_end)}) {
      std::error_code failed;
      std::filesystem::rename(directory_ / "done" / part, directory_ / part, failed);
      if (failed && failed != std::errc::no_such_file_or_directory)
        return fail(ErrorKind::io, concat("could not move ", part, " back: ", failed.message()));
    }
  }
  return confirm(names);
}

Result<std::uint64_t> Spool::recall() {
  std::uint64_t count = 0;
  TRY_SET(const auto names, list_directory(directory_ / "done"));
  for (const auto& name : names) {
    if (name.ends_with(unconfirmed_end)) TRY(remove_file(directory_ / "done" / name));
    if (name.ends_with(unconfirmed_end)) continue;
    std::error_code failed;
    std::filesystem::rename(directory_ / "done" / name, directory_ / name, failed);
    if (failed) return fail(ErrorKind::io, concat("could not move ", name, " back: ", failed.message()));
    count += name.ends_with(lines_end) ? 1U : 0U;
  }
  return count;
}

Status Spool::park(const ExecutionId& execution, const std::string& why) {
  TRY(replace_file(directory_ / "parked" / (execution.text() + ".why"), why + '\n', Sync::no));
  return move_to(execution, directory_ / "parked");
}

std::uint64_t Spool::parked() const {
  const auto names = list_directory(directory_ / "parked");
  if (!names) return 0;
  return static_cast<std::uint64_t>(std::count_if(
      names->begin(), names->end(), [](const std::string& name) { return name.ends_with(".why"); }));
}

}  // namespace testfarm

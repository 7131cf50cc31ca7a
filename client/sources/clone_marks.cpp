#include "client/sources/clone_marks.hpp"

#include <map>

#include "base/json.hpp"

namespace testfarm {
namespace {

using Marks = std::map<std::string, CloneMark>;

std::uint64_t number(const json::View& of, std::string_view key) {
  return static_cast<std::uint64_t>(of.integer(key));
}

std::vector<std::string> texts(const json::View& of, std::string_view key) {
  std::vector<std::string> all;
  for (const json::View& one : of.list(key)) all.emplace_back(one.as_string().value_or(""));
  return all;
}

// A file that is broken has no marks: the worst that follows is that somebody is asked.
Result<std::optional<Marks>> read_all(const Path& marks_directory) {
  TRY_SET(const auto text, read_file_if_there(marks_directory / "clones", 1 << 24));
  if (!text) return std::optional<Marks>();
  Marks marks;
  const auto document = json::Document::parse(*text);
  if (!document) return std::optional(marks);
  document->root().each_member([&](std::string_view path, const json::View& mark) {
    marks[std::string(path)] = {.device = number(mark, "device"),
                                .inode = number(mark, "inode"),
                                .made = mark.flag("made"),
                                .named = mark.flag("named"),
                                .half_done = texts(mark, "half_done"),
                                .check_outs = number(mark, "check_outs"),
                                .anew = number(mark, "anew"),
                                .anew_at = mark.integer("anew_at")};
  });
  return std::optional(std::move(marks));
}

Status write_all_marks(const Path& marks_directory, const Marks& marks, Sync sync) {
  json::Writer writer;
  writer.object();
  for (const auto& [path, one] : marks) {
    writer.key(path)
        .object()
        .member("device", one.device)
        .member("inode", one.inode)
        .member("made", one.made);
    writer.member("named", one.named).member("check_outs", one.check_outs).key("half_done").array();
    for (const std::string& revision : one.half_done) writer.value(revision);
    writer.end_array().member("anew", one.anew).member("anew_at", one.anew_at).end_object();
  }
  writer.end_object();
  return replace_file(marks_directory / "clones", writer.text() + '\n', sync);
}

}  // namespace

Result<std::optional<CloneMark>> read_mark(const Path& marks_directory, const Path& clone) {
  TRY_SET(const auto marks, read_all(marks_directory));
  if (!marks) return std::optional<CloneMark>();
  const auto found = marks->find(clone.string());
  return found == marks->end() ? std::optional<CloneMark>() : std::optional(found->second);
}

Status mark_older_clones(const Path& marks_directory, const Path& state_directory,
                         const std::vector<Path>& clones) {
  const bool worked =
      file_exists(state_directory / "state.json") || file_exists(marks_directory / "state.json");
  if (file_exists(marks_directory / "clones") || !worked) return {};
  Marks marks;
  for (const Path& clone : clones) {
    TRY_SET(const auto there, facts_at(clone));
    if (there) marks[clone.string()] = {.device = there->device, .inode = there->inode};
  }
  return write_all_marks(marks_directory, marks, Sync::yes);
}

Status write_mark(const Path& marks_directory, const Path& clone, const CloneMark& mark, Sync sync) {
  TRY_SET(auto marks, read_all(marks_directory));
  Marks all = marks ? *std::move(marks) : Marks();
  all[clone.string()] = mark;
  return write_all_marks(marks_directory, all, sync);
}

}  // namespace testfarm

#include "client/run/source_lines.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_bytes = 16 << 20;

bool is_source(std::string_view suffix) {
  constexpr std::string_view known[] = {
      ".c",   ".cc",    ".cpp", ".cxx", ".h",    ".hh",  ".hpp", ".hxx", ".inl",   ".m",   ".mm",
      ".f90", ".f",     ".rs",  ".go",  ".java", ".kt",  ".cs",  ".py",  ".rb",    ".pl",  ".pm",
      ".js",  ".mjs",   ".ts",  ".tsx", ".jsx",  ".lua", ".sh",  ".php", ".swift", ".ml",  ".hs",
      ".d",   ".cmake", ".sql", ".css", ".html", ".qml", ".asm", ".s",   ".S",     ".nim", ".zig"};
  return std::find(std::begin(known), std::end(known), suffix) != std::end(known);
}

std::uint64_t lines_of(std::string_view text) {
  const auto lines = split_lines(text);
  return static_cast<std::uint64_t>(
      std::count_if(lines.begin(), lines.end(), [](std::string_view line) { return !trim(line).empty(); }));
}

}  // namespace

Result<std::map<std::string, std::uint64_t>> source_lines(const Path& directory) {
  std::map<std::string, std::uint64_t> counts;
  std::error_code failed;
  using Walk = std::filesystem::recursive_directory_iterator;
  for (Walk at(directory, std::filesystem::directory_options::skip_permission_denied, failed);
       !failed && at != Walk(); at.increment(failed)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with('.')) {
      if (at->is_directory(failed)) at.disable_recursion_pending();
      continue;
    }
    const std::string suffix = at->path().extension().string();
    if (!is_source(suffix) || at->is_symlink(failed) || !at->is_regular_file(failed)) continue;
    const auto text = read_file(at->path(), most_bytes);
    if (text && text->find('\0') == std::string::npos) counts[suffix] += lines_of(*text);
  }
  if (failed)
    return fail(ErrorKind::io, concat("could not read ", directory.string(), ": ", failed.message()));
  return counts;
}

}  // namespace testfarm

#include "base/glob.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace testfarm {
namespace {

// One character of `text` against [a-c] at the start of `pattern`, which is taken off. False too where there
// is no ].
bool class_matches(std::string_view& pattern, char c) {
  const auto end = pattern.find(']', 2);
  if (end == std::string_view::npos) return false;
  std::string_view members = pattern.substr(1, end - 1);
  pattern.remove_prefix(end + 1);
  const bool wanted = members.front() != '!' && members.front() != '^';
  if (!wanted) members.remove_prefix(1);
  for (std::size_t i = 0; i < members.size(); ++i) {
    const bool range = i + 2 < members.size() && members[i + 1] == '-';
    if (range ? (members[i] <= c && c <= members[i + 2]) : members[i] == c) return wanted;
    if (range) i += 2;
  }
  return !wanted;
}

// "**" at the start of `pattern` against every end of the text; "**/" only where a name begins.
// NOLINTNEXTLINE(misc-no-recursion): as deep as there are ** in the pattern
bool deep_matches(std::string_view pattern, std::string_view text) {
  pattern.remove_prefix(2);
  const bool names = pattern.starts_with('/');
  if (names) pattern.remove_prefix(1);
  for (std::size_t i = 0; i <= text.size(); ++i)
    if ((!names || i == 0 || text[i - 1] == '/') && glob_matches(pattern, text.substr(i))) return true;
  return false;
}

// One character or class at the start of both; taken off the pattern where it matches.
bool one_matches(std::string_view& pattern, std::string_view text) {
  if (pattern.empty() || text.empty()) return false;
  std::string_view rest = pattern;
  bool same = false;
  if (pattern.front() == '[') {
    same = text.front() != '/' && class_matches(rest, text.front());
  } else {
    same = pattern.front() == '?' ? text.front() != '/' : pattern.front() == text.front();
    rest.remove_prefix(1);
  }
  if (same) pattern = rest;
  return same;
}

}  // namespace

// Goes back to the last star only: what an earlier one could still do, a later one has tried.
// NOLINTNEXTLINE(misc-no-recursion): see deep_matches
bool glob_matches(std::string_view pattern, std::string_view text) {
  std::string_view after_star;
  std::string_view star_text;
  bool star = false;
  for (;;) {
    if (pattern.starts_with("**")) return deep_matches(pattern, text);
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      star = true;
      after_star = pattern;
      star_text = text;
    } else if (one_matches(pattern, text)) {
      text.remove_prefix(1);
    } else if (pattern.empty() && text.empty()) {
      return true;
    } else {
      if (!star || star_text.empty() || star_text.front() == '/') return false;
      star_text.remove_prefix(1);
      text = star_text;
      pattern = after_star;
    }
  }
}

bool any_glob_matches(const std::vector<std::string>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return glob_matches(pattern, text); });
}

Result<std::vector<Path>> files_matching(const Path& directory, const std::string& pattern,
                                         std::size_t most) {
  const Path whole = directory / pattern;
  // Only below the part without a star is there anything to look at.
  const std::string text = whole.lexically_normal().string();
  const auto magic = std::min(text.find_first_of("*?["), text.size());
  std::vector<Path> files;
  if (magic == text.size()) {
    if (file_exists(text)) files.emplace_back(text);
    return files;
  }
  const Path top = text.substr(0, text.rfind('/', magic));
  std::error_code failed;
  using Walk = std::filesystem::recursive_directory_iterator;
  for (Walk at(top, std::filesystem::directory_options::skip_permission_denied, failed);
       !failed && at != Walk(); at.increment(failed)) {
    if (!at->is_regular_file(failed) || !glob_matches(text, at->path().string())) continue;
    files.push_back(at->path());
    if (files.size() == most) break;
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace testfarm

#include "generator/html/wording.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace testfarm {
namespace {

constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{"January",   "February", "March",    "April",
                                                  "May",       "June",     "July",     "August",
                                                  "September", "October",  "November", "December"};

std::string two_digits(int number) { return concat(number < 10 ? "0" : "", number); }

std::string clock_text(const CivilTime& time) {
  return concat(two_digits(time.hour), ':', two_digits(time.minute));
}

std::string_view month_of(const CivilTime& time) { return months[static_cast<std::size_t>(time.month - 1)]; }

std::string with_commas(std::int64_t number) {
  std::string digits = std::to_string(std::abs(number));
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return (number < 0 ? "-" : "") + digits;
}

// One decimal, rounded; none if it would be 0.
std::string one_decimal(double value) {
  const auto tenths = static_cast<std::int64_t>(std::llround(value * 10));
  const std::string whole = with_commas(tenths / 10);
  return tenths % 10 == 0 ? whole : concat(whole, '.', std::abs(tenths % 10));
}

}  // namespace

std::string day_text(Millis at) {
  const CivilTime time = civil_time(at);
  return concat(weekdays[static_cast<std::size_t>(time.weekday)], ' ', time.day, ' ',
                month_of(time).substr(0, 3));
}

std::string month_text(Millis at) {
  const CivilTime time = civil_time(at);
  return concat(month_of(time), ' ', time.year);
}

std::string moment_text(Millis at) { return concat(day_text(at), ' ', clock_text(civil_time(at))); }

Fields time_field(Millis at) { return {{"iso", iso_time(at)}, {"text", moment_text(at)}}; }

std::string full_moment_text(Millis at) {
  const CivilTime time = civil_time(at);
  return concat(day_text(at), ' ', time.year, ", ", clock_text(time), " UTC");
}

Fields full_time_field(Millis at) { return {{"iso", iso_time(at)}, {"text", full_moment_text(at)}}; }

std::string duration_text(Millis duration) {
  if (duration < 10 * second_ms) return concat(one_decimal(static_cast<double>(duration) / second_ms), " s");
  const Millis seconds = duration / second_ms;
  if (seconds < 60) return concat(seconds, " s");
  if (seconds < 3600)
    return seconds % 60 == 0 ? concat(seconds / 60, " min")
                             : concat(seconds / 60, " min ", seconds % 60, " s");
  const Millis minutes = seconds / 60;
  return minutes % 60 == 0 ? concat(minutes / 60, " h") : concat(minutes / 60, " h ", minutes % 60, " min");
}

std::string seconds_text(double seconds) {
  if (seconds < 0.05) return "< 0.1 s";
  return duration_text(static_cast<Millis>(std::llround(seconds * 1000)));
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1024) return counted(bytes, "byte");
  const double kib = static_cast<double>(bytes) / 1024;
  return kib < 1024 ? concat(one_decimal(std::round(kib)), " KiB") : concat(one_decimal(kib / 1024), " MiB");
}

namespace {
std::string trimmed_decimals(double value, int decimals) {
  std::string text(32, '\0');
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, decimals);
  text.resize(static_cast<std::size_t>(end.ptr - text.data()));
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}
}  // namespace

std::string number_text(double value) {
  if (std::abs(value) >= 1e15 || (value != 0 && std::abs(value) < 0.001)) return std::to_string(value);
  if (value == std::round(value)) return with_commas(static_cast<std::int64_t>(value));
  std::string text = std::to_string(std::round(value * 1000) / 1000);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

std::string stat_text(double value) {
  if (value == 0 || std::abs(value) >= 100) return number_text(std::round(value));
  const int decimals = 2 - static_cast<int>(std::floor(std::log10(std::abs(value))));
  if (decimals > 9) return number_text(value);
  const double scale = std::pow(10, decimals);
  return trimmed_decimals(std::round(value * scale) / scale, decimals);
}

std::string short_revision(std::string_view revision) {
  const bool hash =
      revision.size() >= 40 && revision.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return std::string(hash ? revision.substr(0, 10) : revision);
}

std::string capitalised(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

std::string state_letter(Progress progress) {
  switch (progress) {
    case Progress::passed: return "p";
    case Progress::failed: return "f";
    case Progress::trouble: return "t";
    case Progress::interrupted:
    case Progress::aborted: return "i";
    case Progress::running: return "r";
  }
  return "o";
}

std::string state_word(Progress progress) {
  switch (progress) {
    case Progress::passed: return "passed";
    case Progress::failed: return "failed";
    case Progress::trouble: return "trouble";
    case Progress::interrupted: return "interrupted";
    case Progress::aborted: return "aborted";
    case Progress::running: return "running";
  }
  return "unknown";
}

std::string essence(std::string_view line) {
  constexpr std::string_view mark = "error: ";
  constexpr std::size_t most = 160;
  if (const auto at = line.find(mark); at != std::string_view::npos) line.remove_prefix(at + mark.size());
  line = trim(line);
  return line.size() <= most ? std::string(line) : concat(utf8_prefix(line, most), "…");
}

std::string stopped_where(const TaskSummary& task) {
  if (task.kind == TaskKind::other) return concat("in ", task.name);
  return concat("in ", name_of(task.kind));
}

std::string state_words(const Summary& summary) {
  const std::string word = capitalised(state_word(summary.progress));
  const TaskSummary* task = summary.stopped_in();
  return task == nullptr || summary.progress == Progress::running ? word
                                                                  : concat(word, ' ', stopped_where(*task));
}

}  // namespace testfarm

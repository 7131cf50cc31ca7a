// How pages say times, durations, sizes and states.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "generator/html/fields.hpp"
#include "store/summary/summary.hpp"

namespace testfarm {

// {iso, text}: for <time datetime="{{iso}}">{{text}}</time>. Text: "Sat 21 Nov 14:31" or, with the year,
// "Sat 21 Nov 2026, 14:31".
Fields time_field(Millis at);
Fields full_time_field(Millis at);
std::string day_text(Millis at);              // Sat 21 Nov
std::string moment_text(Millis at);           // Sat 21 Nov 14:31
std::string full_moment_text(Millis at);      // Sat 21 Nov 2026, 14:31 UTC
std::string month_text(Millis at);            // November 2026
std::string duration_text(Millis duration);   // 0.4 s, 6 min 12 s, 2 h 5 min
std::string seconds_text(double seconds);     // of a test: the same, and < 0.1 s
std::string bytes_text(std::uint64_t bytes);  // 61 KiB
std::string number_text(double value);        // 1,204 or 3.25
std::string stat_text(double value);          // three digits that count: 1,204, 41.3, 0.0125
// The first ten characters of what looks like a hash; any other revision whole.
std::string short_revision(std::string_view revision);

// What the line of an error says, without the place where; 160 bytes at most.
std::string essence(std::string_view line);

std::string capitalised(std::string text);  // its first letter, if it is one of a to z

// One letter for the style sheet: p(assed) f(ailed) t(rouble) i(nterrupted, aborted) r(unning).
std::string state_letter(Progress progress);
// "Passed", "Failed in build", "Trouble in fetch", "Interrupted", "Running".
std::string state_words(const Summary& summary);
std::string state_word(Progress progress);  // "passed", …

// The kind of a task as a place: "in build", "in test"; a task of kind other has its name.
std::string stopped_where(const TaskSummary& task);

}  // namespace testfarm

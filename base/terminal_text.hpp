// What a terminal would make of output: colours kept, everything else that it would obey dropped.
//
// Kept: SGR (ECMA-48, 8.3.117): bold, faint, italic, underline, inverse, and colours of 16, 256 (xterm's
// palette) and 2^24, the last as the nearest of the 256. A carriage return within a line starts the line
// anew, as progress displays mean it. Dropped: cursor movement, titles, links, device control, all other
// control sequences and control characters, in their 7-bit form and as C1 in UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace testfarm {

struct AnsiStyle {
  std::int16_t colour = -1;      // 0 to 255, -1 for none
  std::int16_t background = -1;  // likewise
  bool bold = false;
  bool faint = false;
  bool italic = false;
  bool underline = false;
  bool inverse = false;
  bool operator==(const AnsiStyle&) const = default;
};

struct Rgb {
  int red, green, blue;
};
// xterm's: the basic colours up to 15, from 16 on a cube of 6 levels, then 24 greys.
Rgb palette_colour(int number);
// The number of the nearest of the palette's colours from `from` to before `to`.
int nearest_colour(const Rgb& colour, int from, int to);

// Whether a line shows as it is.
bool is_plain(std::string_view line);

// The next run of text of one style, without control characters but tab. `line` is shortened by what was
// looked at; empty when it is at its end.
std::string_view next_run(std::string_view& line, AnsiStyle& style);

// What a terminal shows of a line in the end: what follows the last carriage return that has text after it.
// The style goes through what is overwritten, too.
std::string_view settled(std::string_view line, AnsiStyle& style);

// What is read of a line: settled, without control sequences.
std::string plain_line(std::string_view line);

}  // namespace testfarm

#include "generator/tick/made.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

struct Ticked {
  Millis at = 0;
  Millis every = 0;  // 0 for not known yet
};

Ticked parse_ticked(std::string_view text) {
  const auto words = split(trim(text), ' ');
  if (words.size() != 2) return {};
  return {static_cast<Millis>(to_unsigned(words[0]).value_or(0)),
          static_cast<Millis>(to_unsigned(words[1]).value_or(0))};
}

}  // namespace

Status note_made(const Layout& layout, const Path& site, Millis now) {
  const Path file = site / "made.json";
  TRY_SET(const auto text, read_file_if_there(layout.ticked()));
  Ticked ticked = parse_ticked(text.value_or(""));
  if (now >= ticked.at && now - ticked.at < minute_ms && file_exists(file)) return {};
  if (now > ticked.at) {
    const Millis pause = ticked.at == 0 ? 0 : now - ticked.at;
    ticked = {now, ticked.every > 0 ? std::min(pause, 2 * ticked.every) : pause};
    TRY(replace_file(layout.ticked(), concat(ticked.at, ' ', ticked.every, '\n'), Sync::no));
  }
  json::Writer json;
  json.object().member("version", 1).member("made_at", iso_time(ticked.at));
  json.member("every_ms", ticked.every).end_object();
  TRY(make_directories(site));
  return replace_file(file, json.text() + '\n', Sync::no);
}

}  // namespace testfarm

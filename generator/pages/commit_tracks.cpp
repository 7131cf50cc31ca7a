#include "generator/pages/commit_tracks.hpp"

#include "base/text.hpp"
#include "generator/html/wording.hpp"
#include "generator/site/paths.hpp"

namespace testfarm {
namespace {

std::string classes_of(const Cell& cell) {
  std::string classes;
  if (cell.track != ' ') classes += cell.track;
  if (cell.track == ' ' && cell.execution != nullptr && cell.execution->progress == Progress::trouble)
    classes += 't';
  if (cell.first) classes += " first";
  if (cell.last) classes += " last";
  return classes;
}

// The track that goes on between two rows.
std::string between(const Cell& newer, const Cell& older) {
  if (newer.track == older.track && newer.track != ' ') return std::string(1, newer.track);
  if ((newer.track == 'f' || newer.track == 'q') && (older.track == 'p' || older.track == 'q')) return "q";
  return {};
}

}  // namespace

std::vector<Cell> track_of(const ClientId& client,
                           const std::vector<std::vector<ExecutionHeader>>& executions) {
  const std::size_t count = executions.size();
  std::vector<Cell> cells(count);
  for (std::size_t i = 0; i < count; ++i)
    for (const ExecutionHeader& execution : executions[i]) {
      if (execution.key.owner.client != client) continue;
      const ExecutionHeader* known = cells[i].execution;
      // The newest that tells of the code, else the newest.
      if (known == nullptr || (!known->has_verdict() && execution.has_verdict()))
        cells[i].execution = &execution;
    }
  std::size_t below = count;  // the last judged one, further down
  for (std::size_t i = count; i-- > 0;) {
    const ExecutionHeader* execution = cells[i].execution;
    if (execution == nullptr || !execution->has_verdict()) continue;
    cells[i].track = execution->progress == Progress::failed ? 'f' : 'p';
    if (below < count) {
      const char from = cells[below].track;
      const char between = from == cells[i].track ? from : from == 'p' ? 'q' : ' ';
      for (std::size_t j = i + 1; j < below; ++j) cells[j].track = between;
    }
    below = i;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (cells[i].track != 'f') continue;
    cells[i].last = i == 0 || cells[i - 1].track != 'f';
    cells[i].first = i + 1 == count || cells[i + 1].track != 'f';
  }
  return cells;
}

std::string cell_html(const Cell& cell, const std::string& up) {
  std::string html = concat("<td class=\"", classes_of(cell), "\">");
  if (cell.execution != nullptr) {
    const Progress progress = cell.execution->progress;
    const std::string state = state_letter(progress);
    html += concat("<a class=\"st ", state, "\" href=\"", up, execution_place(cell.execution->key),
                   "\"><i class=\"k ", state, "\"></i><b class=\"vh\">", state_word(progress), "</b></a>");
  } else if (cell.track == 'q') {
    html += "<b class=\"vh\">not tested, between passing and failing</b>";
  }
  return html + "</td>";
}

std::string between_html(const Cell& newer, const Cell& older) {
  return concat("<td class=\"", between(newer, older), "\"></td>");
}

}  // namespace testfarm

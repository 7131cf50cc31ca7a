#include "generator/pages/matrix.hpp"

#include <algorithm>

#include "analysis/test_matrix.hpp"
#include "base/text.hpp"
#include "generator/html/render.hpp"
#include "generator/html/wording.hpp"
#include "generator/pages/frame.hpp"
#include "generator/site/paths.hpp"

namespace testfarm {
namespace {

constexpr std::size_t rows_bytes = 80 * 1024;  // so much of the page is rows
constexpr std::size_t many_clients = 8;        // from so many on heads are turned

// About what a row takes as HTML.
std::size_t bytes_of(const MatrixRow& row) {
  std::size_t bytes = row.test.size() + 60;
  for (const MatrixCell& cell : row.cells) bytes += cell.failed == 0 ? 9 : 240;
  return bytes;
}

// A page has thousands, so they are made here and not by the template; of our own words, ids and addresses
// alone.
std::string cells_of(const TestMatrix& matrix, const MatrixRow& row, const std::string& branch,
                     const std::string& up) {
  std::string html;
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const MatrixCell& cell = row.cells[i];
    const MatrixClient& client = matrix.clients[i];
    html += "<td>";
    if (cell.failed > 0) {
      const char* state = cell.fails ? "f" : "w";
      const std::string words = concat("failed in ", cell.failed, " of ", client.runs,
                                       cell.fails ? ", and in the newest" : ", not in the newest");
      html +=
          concat("<a class=\"st ", state, "\" href=\"", up, test_place(client.key.client, branch, row.test),
                 "\" title=\"", words, "\"><i class=\"k ", state, "\"></i><span class=\"vh\">", words,
                 "</span><span aria-hidden=\"true\">", cell.failed, "</span></a>");
    }
    html += "</td>";
  }
  return html;
}

Nodes client_heads(const TestMatrix& matrix, const std::string& branch, const std::string& up) {
  Nodes heads;
  for (const MatrixClient& client : matrix.clients)
    heads.push_back(Fields{{"name", client.key.client.text()},
                           {"link", up + tests_place(client.key.client, branch)},
                           {"runs", concat(counted(client.runs, "run"), ", the newest ",
                                           moment_text(client.newest.started_at))}});
  return heads;
}

Fields matrix_view(const FarmConfig& farm, const ProjectState& project, const std::string& branch,
                   const TestMatrix& matrix) {
  const std::string place = matrix_place(branch);
  const std::string up = way_up(place);
  const std::size_t failing = static_cast<std::size_t>(std::count_if(
      matrix.rows.begin(), matrix.rows.end(), [](const MatrixRow& row) { return row.failing() > 0; }));
  const std::string icon = failing > 0 ? "fail" : "pass";
  Fields fields =
      page_fields(farm, project_frame(place, concat("Tests on ", branch, ": ", project.config.title), icon));
  fields.add(project_fields(project.id, project.config, icon));
  fields["on_failures"] = "true";
  fields["branch"] = branch;
  const std::string least = matrix.counted && matrix.more == 0 ? "" : "at least ";
  fields["failing"] = failing == 0 ? std::string() : capitalised(concat(least, counted(failing, "test")));
  fields["fail"] = failing == 1 ? "fails" : "fail";
  fields["columns"] = matrix.clients.size() >= many_clients ? "many" : "";
  fields["clients"] = client_heads(matrix, branch, up);
  fields["runs"] = std::to_string(matrix_runs);
  Nodes rows;
  std::size_t bytes = 0;
  for (const MatrixRow& row : matrix.rows) {
    bytes += bytes_of(row);
    if (bytes > rows_bytes) break;
    rows.push_back(Fields{{"name", row.test}, {"cells_html", Bulk{cells_of(matrix, row, branch, up)}}});
  }
  const std::size_t more = matrix.more + matrix.rows.size() - rows.size();
  if (more > 0) fields["more"] = concat("and ", counted(more, "more test"));
  fields["any"] = !rows.empty();
  fields["rows"] = std::move(rows);
  fields["cut"] = !matrix.counted;
  std::string left_out;
  for (const ClientId& client : matrix.left_out) left_out += (left_out.empty() ? "" : ", ") + client.text();
  fields["left_out"] = left_out;
  return fields;
}

}  // namespace

Status write_matrix(PageContext& context, const ProjectId& project, const std::string& branch) {
  TRY_SET(const ProjectState* state, context.project_state(project));
  TRY_SET(const TestMatrix matrix, test_matrix(context.index(), project, branch));
  return context.site().put(in_project(project, matrix_place(branch)),
                            render("matrix", matrix_view(context.farm(), *state, branch, matrix)));
}

}  // namespace testfarm

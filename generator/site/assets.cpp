#include "generator/site/assets.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "generator/html/ansi_css.hpp"
#include "generator/html/render.hpp"
#include "generator/pages/views.hpp"
#include "generator/plan/plan.hpp"
#include "templates/barn-fail.svg.hpp"
#include "templates/barn-pass.svg.hpp"
#include "templates/barn-trouble.svg.hpp"
#include "templates/client.js.hpp"
#include "templates/client.mustache.hpp"
#include "templates/command.mustache.hpp"
#include "templates/commits.mustache.hpp"
#include "templates/dygraph.css.hpp"
#include "templates/dygraph.js.hpp"
#include "templates/execution.mustache.hpp"
#include "templates/failure.mustache.hpp"
#include "templates/farm.js.hpp"
#include "templates/farm.mustache.hpp"
#include "templates/foot.mustache.hpp"
#include "templates/head.mustache.hpp"
#include "templates/history.mustache.hpp"
#include "templates/live.js.hpp"
#include "templates/long.mustache.hpp"
#include "templates/more.mustache.hpp"
#include "templates/nav.mustache.hpp"
#include "templates/readiness.mustache.hpp"
#include "templates/story.mustache.hpp"
#include "templates/style.css.hpp"
#include "templates/summary.mustache.hpp"
#include "templates/task.mustache.hpp"
#include "templates/test.mustache.hpp"
#include "templates/testlist.mustache.hpp"
#include "templates/tests.mustache.hpp"

namespace testfarm {

std::vector<Asset> site_assets() {
  static const std::string style = std::string(embedded::style_css) + palette_css();
  return {{"style.css", style},
          {"client.js", embedded::client_js},
          {"dygraph.js", embedded::dygraph_js},
          {"dygraph.css", embedded::dygraph_css},
          {"farm.js", embedded::farm_js},
          {"live.js", embedded::live_js},
          {"barn-pass.svg", embedded::barn_pass_svg},
          {"barn-fail.svg", embedded::barn_fail_svg},
          {"barn-trouble.svg", embedded::barn_trouble_svg}};
}

std::string look_version() {
  std::string all = TESTFARM_VERSION;
  for (const Asset& asset : site_assets()) all += asset.bytes;
  for (const auto part :
       {embedded::head_template, embedded::foot_template, embedded::farm_template, embedded::summary_template,
        embedded::history_template, embedded::client_template, embedded::execution_template,
        embedded::task_template, embedded::command_template, embedded::more_template, embedded::long_template,
        embedded::tests_template, embedded::nav_template, embedded::story_template,
        embedded::failure_template, embedded::commits_template, embedded::testlist_template,
        embedded::test_template, embedded::readiness_template})
    all += part;
  return to_hex(sha256(all));
}

Fields page_fields(const FarmConfig& farm, const PageFrame& frame) {
  Fields fields{{"root", frame.root}, {"title", frame.title},        {"barn", frame.state},
                {"farm", farm.title}, {"version", TESTFARM_VERSION}, {"page", page_stamp}};
  if (!frame.live.empty()) fields["live"] = frame.live;
  if (frame.root.size() >= 3) fields["up"] = frame.root.substr(3);
  if (!frame.feed.empty()) fields["feed"] = frame.feed;
  return fields;
}

Fields project_fields(const ProjectId& id, const ProjectConfig& config, std::string_view state) {
  return {{"project", config.title}, {"project_id", id.text()}, {"project_barn", state}};
}

std::string summary_path(const ProjectId& project) { return project.text() + "/index.html"; }
std::string history_path(const ProjectId& project) { return project.text() + "/history.html"; }
std::string history_path(const ProjectId& project, Millis month) {
  return project.text() + "/history/" + month_name(month) + ".html";
}
std::string execution_path(const ExecutionKey& key) {
  return key.owner.project.text() + '/' + key.owner.client.text() + '/' + key.execution.text() + ".html";
}
std::string day_path(const ProjectId& project, Millis day, std::size_t part) {
  return cat(project.text(), "/history/", day_name(day), part == 1 ? "" : cat('.', part), ".html");
}
std::string judgement_path(const ExecutionKey& key) {
  return key.owner.project.text() + '/' + key.owner.client.text() + '/' + key.execution.text() + ".json";
}
std::string live_path(const ExecutionKey& key) {
  return cat(key.owner.project.text(), '/', key.owner.client.text(), '/', key.execution.text(), ".live.json");
}
std::string live_text_path(const ExecutionKey& key) {
  return cat(key.owner.project.text(), '/', key.owner.client.text(), '/', key.execution.text(), ".live.txt");
}
std::string raw_path(const ExecutionKey& key) {
  return key.owner.project.text() + '/' + key.owner.client.text() + '/' + key.execution.text() + ".txt";
}

}  // namespace testfarm

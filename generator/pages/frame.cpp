#include "generator/pages/frame.hpp"

#include "base/text.hpp"
#include "generator/html/render.hpp"
#include "generator/site/paths.hpp"

namespace testfarm {

Fields page_fields(const FarmConfig& farm, const PageFrame& frame) {
  Fields fields{{"root", frame.root}, {"title", frame.title},        {"barn", frame.state},
                {"farm", farm.title}, {"version", TESTFARM_VERSION}, {"page", page_stamp}};
  if (!frame.live.empty()) fields["live"] = frame.live;
  if (frame.root.size() >= 3) fields["up"] = frame.root.substr(3);
  if (!frame.feed.empty()) fields["feed"] = frame.feed;
  return fields;
}

PageFrame project_frame(std::string_view place, std::string title, std::string state, std::string live) {
  const std::string up = way_up(place);
  return {.root = "../" + up,
          .title = std::move(title),
          .state = std::move(state),
          .feed = concat(up, feed_file),
          .live = std::move(live)};
}

Fields project_fields(const ProjectId& id, const ProjectConfig& config, std::string_view state) {
  return {{"project", config.title}, {"project_id", id.text()}, {"project_barn", state}};
}

}  // namespace testfarm

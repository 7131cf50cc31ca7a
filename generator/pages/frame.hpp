// What all pages share: head, foot, navigation. Nothing depends on the time at which a page is written: what
// a clock decides is decided in the browser.
#pragma once

#include <string>
#include <string_view>

#include "generator/html/fields.hpp"
#include "schema/ids.hpp"
#include "store/farm_config.hpp"

namespace testfarm {

struct PageFrame {
  std::string root;  // the way to the site's top: "", "../" …
  std::string title;
  std::string state;  // "pass", "fail" or "trouble": the icon that is the page's icon
  std::string feed;   // address of the Atom feed that belongs to it, or nothing
  std::string live;   // address of the JSON that says whether the page has changed, or nothing
};
// The fields that every page begins with: title, root and the parts of head and foot.
Fields page_fields(const FarmConfig& farm, const PageFrame& frame);

// A project's page at `place` (site/paths.hpp), with the project's feed; `live`: as in PageFrame.
PageFrame project_frame(std::string_view place, std::string title, std::string state, std::string live = {});

// Links and names, the same on every page of a project.
Fields project_fields(const ProjectId& id, const ProjectConfig& config, std::string_view state);

}  // namespace testfarm

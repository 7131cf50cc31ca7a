// From rows to what the templates show. Every page gets the fields of `page_fields`: title, root ("../" up to
// the site's top), icon and the parts of head and foot.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "generator/document.hpp"
#include "generator/node.hpp"
#include "generator/project_state.hpp"
#include "store/farm_config.hpp"
#include "store/index.hpp"

namespace testfarm {

struct PageFrame {
  std::string root;  // "", "../" or "../../"
  std::string title;
  std::string state;  // "pass", "fail" or "trouble": the barn that is the page's icon
  bool live = false;  // refreshed while it is looked at
};
Fields page_fields(const FarmConfig& farm, const PageFrame& frame);

// Links and names, the same on every page of a project.
Fields project_fields(const ProjectId& id, const ProjectConfig& config, std::string_view state);

std::string barn_of(const ProjectState& project);

// `now` decides only how a deadline is worded for readers without JavaScript.
Fields farm_view(const FarmConfig& farm, const std::vector<ProjectState>& projects);
Fields summary_view(const FarmConfig& farm, const ProjectState& project, Millis now);

struct HistoryPage {
  Millis month = 0;  // midnight of its first day
  bool newest = false;
  std::vector<Millis> months;     // of this page's select: this one and older
  std::vector<Brief> executions;  // newest first
};
Fields history_view(const FarmConfig& farm, const ProjectId& id, const ProjectConfig& project,
                    const HistoryPage& page);

struct ExecutionPage {
  ExecutionRow row;
  const Document* document = nullptr;  // nothing where the log has expired
  std::optional<Brief> previous;
  ClientConfig client;
};
Fields execution_view(const FarmConfig& farm, const ProjectConfig& project, const ExecutionPage& page);

// Where pages are, from the site's top.
std::string summary_path(const ProjectId& project);                // P/index.html
std::string history_path(const ProjectId& project);                // P/history.html, the newest month
std::string history_path(const ProjectId& project, Millis month);  // P/history/2026-11.html
std::string execution_path(const ExecutionKey& key);               // P/C/E.html
std::string raw_path(const ExecutionKey& key);                     // P/C/E.txt

}  // namespace testfarm

// From rows to what the templates show. Every page gets the fields of `page_fields`: title, root ("../" up to
// the site's top), icon and the parts of head and foot. Nothing depends on the time at which it is written:
// what a clock decides is decided in the browser.
#pragma once

#include <string>
#include <vector>

#include "analysis/project_state.hpp"
#include "analysis/story.hpp"
#include "base/clock.hpp"
#include "generator/html/fields.hpp"
#include "store/clients/register.hpp"
#include "store/farm_config.hpp"
#include "store/index/index.hpp"
#include "store/log/document.hpp"

namespace testfarm {

struct PageFrame {
  std::string root;  // "", "../" or "../../"
  std::string title;
  std::string state;  // "pass", "fail" or "trouble": the barn that is the page's icon
  std::string feed;   // address of the Atom feed that belongs to it, or nothing
  std::string live;   // address of the JSON that says whether the page has changed, or nothing
};
Fields page_fields(const FarmConfig& farm, const PageFrame& frame);

// Links and names, the same on every page of a project.
Fields project_fields(const ProjectId& id, const ProjectConfig& config, std::string_view state);

std::string barn_of(const ProjectState& project);
// "2 of 7 clients fail", "all 5 clients pass": the project in words.
std::string words_of(const ProjectState& project);
// "compile time, s went from 41 to 55 (+34 %)"
std::string words_of(const StatMove& move);

Fields farm_view(const FarmConfig& farm, const std::vector<ProjectState>& projects);
Fields summary_view(const FarmConfig& farm, const ProjectState& project);

// What a client is at, and what its facts are: shared by the summary and the client's own page.
Fields doing_fields(const FarmConfig& farm, const ClientOverview& client, const std::string& up);
std::string facts_line(const Facts& facts);
// Runs of equal results, oldest first; what reads them aloud.
Nodes strip(const std::vector<Brief>& recent, const std::string& up);
std::string strip_words(const std::vector<Brief>& recent);

struct HistoryPage {
  enum class Span : std::uint8_t { newest, month, day };
  Span span = Span::newest;
  Millis from = 0;                // midnight of the month's or day's first day
  std::vector<Brief> executions;  // newest first; of a month with too many, none
  std::vector<DayCount> counts;   // of a month with too many
  std::size_t part = 1;           // of a day with too many, from 1, oldest first
  std::size_t parts = 1;
  bool more = false;            // of the newest: there are older ones
  std::optional<Millis> older;  // a moment in the month or day before, and after
  std::optional<Millis> newer;
  std::vector<Millis> months;  // the newest ones, for the newest page
};
Fields history_view(const FarmConfig& farm, const ProjectId& id, const ProjectConfig& project,
                    const HistoryPage& page);

struct ExecutionPage {
  ExecutionRow row;
  const Document* document = nullptr;  // nothing where the log has expired
  std::string expired_on;              // "2026-11-25"
  std::optional<Brief> previous;
  ClientConfig client;
  std::vector<Judgement> judgements;  // of its failures, the new ones first
};
Fields execution_view(const FarmConfig& farm, const ProjectConfig& project, const ExecutionPage& page);
// Names the state of a running execution's page: another one, and the page has changed.
std::string page_state(const Summary& summary);

struct ClientPage {
  ClientOverview client;
  std::vector<ExecutionRow> recent;  // newest first
  std::vector<Note> notes;           // oldest first
  std::vector<std::string> tested;   // branches that have test results
};
constexpr std::size_t recent_of_client = 200;
Fields client_view(const FarmConfig& farm, const ProjectConfig& project, const ClientPage& page);

// Where pages are, from the site's top.
std::string summary_path(const ProjectId& project);                // P/index.html
std::string history_path(const ProjectId& project);                // P/history.html
std::string history_path(const ProjectId& project, Millis month);  // P/history/2026-11.html
std::string day_path(const ProjectId& project, Millis day,
                     std::size_t part);               // P/history/2026-11-21.html, ….2.html
std::string execution_path(const ExecutionKey& key);  // P/C/E.html
std::string raw_path(const ExecutionKey& key);        // P/C/E.txt
std::string judgement_path(const ExecutionKey& key);  // P/C/E.json
std::string live_path(const ExecutionKey& key);       // P/C/E.live.json
std::string live_text_path(const ExecutionKey& key);  // P/C/E.live.txt

}  // namespace testfarm

#include "generator/pages/badges.hpp"

#include <set>

#include "base/text.hpp"
#include "generator/html/plot.hpp"
#include "generator/pages/feeds.hpp"
#include "generator/pages/project_words.hpp"
#include "generator/site/paths.hpp"

namespace testfarm {
std::string project_badge(const ProjectState& project) {
  return badge_svg(project.config.title, short_words_of(project), status_icon(project));
}

std::string branch_badge(const ProjectState& project, const std::string& branch) {
  const BranchStanding standing = standing_on(project, branch);
  return badge_svg(concat(project.config.title, ' ', branch), short_words_of(standing),
                   status_icon(standing));
}

std::string client_badge(const ProjectState& project, const ClientOverview& client) {
  if (client.retired_at > 0) return badge_svg(client.config.title, "retired", "none");
  const std::string state = status_icon(project, client);
  const std::string_view words = state == "none"      ? "no results"
                                 : state == "fail"    ? "fails"
                                 : state == "trouble" ? "trouble"
                                                      : "passes";
  return badge_svg(client.config.title, words, state);
}

Status write_branch_files(PageContext& context, const ProjectState& project) {
  std::set<std::string> branches(project.config.pinned.begin(), project.config.pinned.end());
  branches.insert(project.default_branch());
  branches.erase("");
  std::set<std::string> kept;
  for (const std::string& branch : branches) {
    const std::string badge = branch_badge_place(branch), feed = branch_feed_place(branch);
    TRY(context.site().put(in_project(project.id, badge), branch_badge(project, branch)));
    TRY(context.site().put(
        in_project(project.id, feed),
        feed_atom(context.farm(), {&project}, branch_feed(context.farm(), project, branch))));
    kept.insert({badge, feed});
  }
  return context.site().keep_only(project.id.text(), kept, [](const std::string& name) {
    return (name.starts_with("badge-") && name.ends_with(".svg")) ||
           (name.starts_with("feed-") && name.ends_with(".atom"));
  });
}

Status write_client_files(PageContext& context, const ProjectState& project, const ClientOverview& client) {
  TRY(context.site().put(
      in_client(client.key, feed_file),
      feed_atom(context.farm(), {&project}, client_feed(context.farm(), project, client))));
  return context.site().put(in_client(client.key, badge_file), client_badge(project, client));
}

}  // namespace testfarm

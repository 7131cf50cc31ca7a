// What the writers of pages share: where to ask, where to put, and what was read once in this tick.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "analysis/project_state.hpp"
#include "analysis/story.hpp"
#include "base/result.hpp"
#include "generator/pages/test_times.hpp"
#include "generator/site/site_writer.hpp"
#include "store/farm_config.hpp"
#include "store/index/index.hpp"
#include "store/layout.hpp"

namespace testfarm {

// One for each thread. Good for one tick: what it read once it does not read again. What it was made with
// outlives it.
class PageContext {
 public:
  PageContext(const Layout& layout, const FarmConfig& farm, Index& index, SiteWriter& site)
      : layout_(layout), farm_(farm), index_(index), site_(site), times_(layout, index) {}

  const Layout& layout() const { return layout_; }
  const FarmConfig& farm() const { return farm_; }
  Index& index() { return index_; }
  SiteWriter& site() { return site_; }
  TestTimes& test_times() { return times_; }

  // Good as long as the context.
  Result<const ProjectConfig*> project_config(const ProjectId& project);
  Result<const ClientConfig*> client_config(const ClientKey& key);
  Result<const ProjectState*> project_state(const ProjectId& project);
  // The story of a failure as of now, and as of its last news (analysis/failure_news.hpp); nothing where
  // nobody met it. Good until the next one is asked for.
  Result<const Story*> story(const ProjectId& project, const std::string& branch,
                             const std::string& fingerprint);
  struct Told {
    Story story;
    Millis known = 0;  // as of when
  };
  Result<const Told*> story_of_news(const ProjectId& project, const std::string& branch,
                                    const std::string& fingerprint);

 private:
  const Layout& layout_;
  const FarmConfig& farm_;
  Index& index_;
  SiteWriter& site_;
  TestTimes times_;
  std::map<ProjectId, ProjectConfig> projects_;
  std::map<ClientKey, ClientConfig> clients_;
  std::map<ProjectId, ProjectState> states_;
  using StoryKey = std::tuple<ProjectId, std::string, std::string>;  // project, branch, fingerprint
  std::map<StoryKey, std::optional<Story>> stories_;
  std::map<StoryKey, std::optional<Told>> told_;
};

}  // namespace testfarm

// Writes the files of one page: asks the index, fills the view, renders, puts. One for each thread.
#pragma once

#include <map>
#include <string>

#include "analysis/project_state.hpp"
#include "base/result.hpp"
#include "generator/pages/views.hpp"
#include "generator/plan/plan.hpp"
#include "generator/site/site_writer.hpp"
#include "store/index/index.hpp"
#include "store/layout.hpp"

namespace testfarm {

struct Unwritten {
  Page page;
  Error error;
};

class PageWriter {
 public:
  // Good for one tick: what it read once it does not read again.
  PageWriter(const Layout& layout, const FarmConfig& farm, Index& index, SiteWriter& site)
      : layout_(layout), farm_(farm), index_(index), site_(site) {}

  Status write(const Page& page);
  // One step of a walk: the execution's page and those that it closes (plan.hpp).
  void sweep(const Brief& execution, Millis older, std::vector<Unwritten>& failures);

 private:
  Status write_execution(const ExecutionKey& key);
  Status write_live(const ExecutionKey& key);
  Status write_failure(const ProjectId& project, const std::string& branch, const std::string& fingerprint);
  Result<std::vector<Judgement>> judge(const ExecutionRow& row);
  Status write_commits(const ProjectId& project, const std::string& branch, const std::string& month);
  Status write_tests(const ClientKey& client, const std::string& branch);
  Status write_test(const ClientKey& client, const std::string& branch, const std::string& test);
  Status write_readiness(const ProjectId& project);
  Status write_commit(const ProjectId& project, const std::string& revision);
  Status write_client(const ClientKey& key);
  Status write_day(const ProjectId& project, Millis day);
  Status write_month(const ProjectId& project, Millis month);
  Status write_history(const ProjectId& project);
  Status write_project(const ProjectId& project);
  Status write_farm();
  Status put_history(const ProjectId& project, const HistoryPage& page, const std::string& path);

  Result<const ProjectConfig*> project_config(const ProjectId& project);
  Result<const ClientConfig*> client_config(const ClientKey& key);
  Result<const ProjectState*> project_state(const ProjectId& project);

  const Layout& layout_;
  const FarmConfig& farm_;
  Index& index_;
  SiteWriter& site_;
  std::map<ProjectId, ProjectConfig> projects_;
  std::map<ClientKey, ClientConfig> clients_;
  std::map<ProjectId, ProjectState> states_;
};

}  // namespace testfarm

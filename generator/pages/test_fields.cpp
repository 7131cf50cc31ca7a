#include "generator/pages/test_fields.hpp"

#include "generator/html/wording.hpp"
#include "generator/site/paths.hpp"

namespace testfarm {

Fields tested_in(const ExecutionHeader& execution, const std::string& up) {
  return {{"link", up + execution_file(execution.key.execution)},
          {"commit", "../" + up + tested_commit_place(execution.branch, execution.revision)},
          {"revision", short_revision(execution.revision)},
          {"time", time_field(execution.started_at)}};
}

}  // namespace testfarm

// The story of a failure in words: on its own page, on the page of each execution that shows it, on the
// summary.
#pragma once

#include <string>
#include <vector>

#include "analysis/project_state.hpp"
#include "analysis/story.hpp"
#include "base/json.hpp"
#include "generator/html/fields.hpp"
#include "store/farm_config.hpp"

namespace testfarm {

// A branch's name as part of a file's: itself where it may be, else made so, with a few digits that tell it
// apart.
std::string branch_slug(const std::string& branch);
std::string failure_path(const ProjectId& project, const std::string& branch, const std::string& fingerprint);
std::string failure_json_path(const ProjectId& project, const std::string& branch,
                              const std::string& fingerprint);
// The page on which a revision stands, and its place there: "commits/main.html#c-4f2c1e9".
std::string commit_link(const std::string& branch, const std::string& revision);
// The same on the page of the month, where it stays.
std::string commit_link(const std::string& branch, const Commit& commit);

// "4f2c1e9a01, XmlNumber: parse floats …" and what suspects share; links are below `up`, the project's
// directory. Fields: suspects (words, one, commits, more, note, ranges), contrast, flaky.
Fields story_fields(const Story& story, const std::string& up);
std::string contrast_words(const Story& story);  // "2 of 9 fail; both have compiler libc++"
std::string_view verdict_word(Novelty verdict);  // new, back, known, flaky
// What fails, in a few words: a test's name, or what the first error says without the place where.
std::string headline(const Failure& failure);
// The rule that names the problem, or nothing.
const KnownProblem* known_problem(const ProjectConfig& config, const Failure& failure);

// One failure of an execution: {word, sentence, says, link, known, …story_fields}.
Fields judgement_fields(const Judgement& judgement, const ProjectConfig& config, const std::string& up);

struct FailurePage {
  Story story;
  std::vector<Sighting> executions;  // newest first, as many as are listed
  std::size_t part = 1, parts = 1;
  bool more = false;         // there are older ones
  std::string example_html;  // output around the first error, ready
  std::string example_link;  // of the execution that said it, from the project's directory
};
Fields failure_view(const FarmConfig& farm, const ProjectConfig& config, const FailurePage& page);

void write_story(json::Writer& json, const Story& story);
std::string failure_json(const Story& story);
std::string execution_json(const ExecutionRow& execution, const std::vector<Judgement>& judgements);

}  // namespace testfarm

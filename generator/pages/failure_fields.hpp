// The story of a failure in words: on its own page, on the page of each execution that shows it, on the
// summary. Links are below `up`, the way to the project's directory.
#pragma once

#include <string>
#include <string_view>

#include "analysis/project_state.hpp"
#include "analysis/story.hpp"
#include "generator/html/fields.hpp"
#include "store/farm_config.hpp"

namespace testfarm {

constexpr std::size_t most_listed_clients = 40;

// Fields: suspects (words, one, commits, more, note, ranges), contrast, flaky.
Fields story_fields(const Story& story, const std::string& up);
// One failure of an execution: {word, sentence, says, link, known, …story_fields}.
Fields judgement_fields(const Judgement& judgement, const ProjectConfig& config, const std::string& up);
// An execution that has the failure: {client, link, revision, time}.
Fields occurrence_fields(const Occurrence& occurrence, const std::string& up);

std::string_view verdict_word(Novelty verdict);  // new, back, known, flaky
// What fails, in a few words: a test's name, or what the first error says without the place where.
std::string headline(const Failure& failure);
// "2 of 9 fail; both have compiler libc++"
std::string contrast_words(const Story& story);
// The rule that names the problem, or nothing.
const KnownProblem* known_problem(const ProjectConfig& config, const Failure& failure);
// {problem, problem_url} where a rule names it.
void add_known_problem(Fields& fields, const ProjectConfig& config, const Failure& failure);

}  // namespace testfarm

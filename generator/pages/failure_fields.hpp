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

constexpr std::size_t listed_suspects = 12;

// Fields: suspects (words, one, commits, more, note, ranges), contrast, flaky. Of suspects the newest so many
// are listed, the others counted.
Fields story_fields(const Story& story, const ProjectConfig& config, const std::string& up,
                    std::size_t listed = listed_suspects);
// One failure of an execution: {answer, word, sentence, says, link, problem, …story_fields}.
Fields judgement_fields(const Judgement& judgement, const Summary& execution, const ProjectConfig& config,
                        const std::string& up);
// An execution that has the failure: {client, link, commit, revision, time}. As everywhere, the time leads to
// the execution and the revision to its commit.
Fields occurrence_fields(const Occurrence& occurrence, const std::string& branch, const std::string& up);

std::string_view verdict_word(Novelty verdict);  // new, back, known, flaky: as JSON has them
// What fails, in a few words: a test's name, or what the first error says without the place where.
std::string headline(const Failure& failure);
// "Both clients that fail like this have compiler libc++; none of the 7 others that tested it has."
std::string contrast_words(const Story& story);
// {problem, problem_url} where a rule names it.
void add_known_problem(Fields& fields, const ProjectConfig& config, const Failure& failure);

}  // namespace testfarm

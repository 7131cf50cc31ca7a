// Where everything on the site is: the only place that spells its addresses (store/layout.hpp is the farm
// directory's). docs/SITE.md has the list.
//
// A *place* is relative to its project's directory, and so are the links of a project's pages: a link is the
// way up from its page and the place, way_up(from) + to. in_project() makes the path from the site's top. A
// *file* is a name alone, for links between pages of one directory. All are made of ids, hashes and
// constants, so none needs escaping.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "schema/ids.hpp"
#include "store/index/index.hpp"

namespace testfarm {

inline constexpr std::string_view index_file = "index.html";
inline constexpr std::string_view feed_file = "feed.atom";
inline constexpr std::string_view cctray_file = "cctray.xml";
inline constexpr std::string_view badge_file = "badge.svg";
inline constexpr std::string_view moved_file = "moved.json";  // schema/move.hpp
inline constexpr std::string_view farm_json_file = "farm.json";
inline constexpr std::string_view start_file =
    "start.txt";  // plain text for browsers; `testfarm init` asks for it
inline constexpr std::string_view summary_json_file = "summary.json";
inline constexpr std::string_view stats_json_file = "stats.json";

inline constexpr std::string_view history_place = "history.html";
inline constexpr std::string_view history_json_place = "history.json";
inline constexpr std::string_view commits_place = "commits.html";  // of the branch that was active last
inline constexpr std::string_view failures_place = "failures.html";
inline constexpr std::string_view readiness_place = "readiness.html";

std::string in_project(const ProjectId& project, std::string_view place);  // P/place
std::string in_client(const ClientKey& client, std::string_view file);     // P/C/file
std::string way_up(std::string_view place);                                // "../" for each directory in it

std::string client_place(const ClientId& client);                                   // C/index.html
std::string client_file_place(const ClientId& client, std::string_view file);       // C/file
std::string execution_place(const ClientId& client, const ExecutionId& execution);  // C/E.html
std::string execution_place(const ExecutionKey& key);

// The files of an execution, all in its client's directory.
std::string execution_file(const ExecutionId& execution);  // E.html
std::string raw_file(const ExecutionId& execution);        // E.txt
std::string script_file(const ExecutionId& execution);     // E.sh: how to do it again
std::string judgement_file(const ExecutionId& execution);  // E.json
std::string live_file(const ExecutionId& execution);       // E.live.json
std::string live_text_file(const ExecutionId& execution);  // E.live.txt

std::string month_place(Millis month);                    // history/2026-11.html
std::string month_file(Millis month);                     // 2026-11.html
std::string day_place(Millis day, std::size_t part = 1);  // history/2026-11-21.html, ….2.html
std::string day_file(Millis day, std::size_t part = 1);
std::string day_json_place(Millis day);  // history/2026-11-21.json

std::string failure_place(const std::string& branch, const std::string& fingerprint,
                          std::size_t part = 1);  // failure/BRANCH/F.html, ….2.html
std::string failure_file(const std::string& fingerprint, std::size_t part = 1);
std::string failure_json_place(const std::string& branch, const std::string& fingerprint);

std::string branch_badge_place(const std::string& branch);    // badge-BRANCH.svg
std::string branch_feed_place(const std::string& branch);     // feed-BRANCH.atom
std::string branch_commits_place(const std::string& branch);  // commits/BRANCH.html
std::string month_commits_place(const std::string& branch, Millis month,
                                std::size_t part = 1);  // commits/BRANCH/2026-11.html, 2026-11.2.html
// Where a revision stands, with the anchor of its row: among the newest, and on its month's page, where it
// stays.
std::string commit_place(const std::string& branch, const std::string& revision);
std::string commit_place(const std::string& branch, const Commit& commit);
std::string commit_anchor(const std::string& revision);
// Where a revision that somebody tested leads: its own page if names_a_file(), else where it stands.
std::string tested_commit_place(const std::string& branch, const std::string& revision);
std::string revision_place(const std::string& revision);       // commit/SHA.html, if names_a_file()
std::string revision_json_place(const std::string& revision);  // commit/SHA.json, the same

std::string tests_place(const ClientId& client, const std::string& branch,
                        std::size_t part = 1);  // C/tests/BRANCH.html, …~2.html
std::string tests_file(const std::string& branch, std::size_t part = 1);
std::string tests_in_client(const std::string& branch, std::size_t part = 1);    // tests/BRANCH.html
std::string test_in_client(const std::string& branch, const std::string& test);  // test/BRANCH/T.html
std::string test_place(const ClientId& client, const std::string& branch,
                       const std::string& test);  // C/test/BRANCH/T.html

std::string matrix_place(const std::string& branch);  // tests/BRANCH.html: on all clients

// Where readers' browsers look for what begins with some letter: "c-4" for revisions, "t-a" and "t-n" for
// tests from A to M and for all others.
std::string search_place(const std::string& letter);  // search/c-4.json
std::string search_letter_of_revision(const std::string& revision);
std::string search_letter_of_test(const std::string& test);

// A branch's name as part of a file's: itself where it may be, else made so, with a few digits that tell it
// apart. It never has a tilde.
std::string branch_slug(const std::string& branch);
// Whether a revision may name a file: a hash or a number, as git, hg and svn have them.
bool names_a_file(std::string_view revision);

}  // namespace testfarm

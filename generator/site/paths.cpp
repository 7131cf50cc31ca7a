#include "generator/site/paths.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "generator/site/calendar.hpp"

namespace testfarm {
namespace {

// ".2" of the second part; the first has none.
std::string part_suffix(std::size_t part) { return part > 1 ? concat('.', part) : std::string(); }

std::string short_hash(const std::string& text, std::size_t digits) {
  return to_hex(sha256(text)).substr(0, digits);
}

}  // namespace

std::string in_project(const ProjectId& project, std::string_view place) {
  return concat(project.text(), '/', place);
}

std::string in_client(const ClientKey& client, std::string_view file) {
  return in_project(client.project, client_file_place(client.client, file));
}

std::string way_up(std::string_view place) {
  std::string up;
  for (auto depth = std::count(place.begin(), place.end(), '/'); depth > 0; --depth) up += "../";
  return up;
}

std::string client_file_place(const ClientId& client, std::string_view file) {
  return concat(client.text(), '/', file);
}
std::string client_place(const ClientId& client) { return client_file_place(client, index_file); }
std::string execution_place(const ClientId& client, const ExecutionId& execution) {
  return client_file_place(client, execution_file(execution));
}
std::string execution_place(const ExecutionKey& key) {
  return execution_place(key.owner.client, key.execution);
}

std::string execution_file(const ExecutionId& execution) { return execution.text() + ".html"; }
std::string raw_file(const ExecutionId& execution) { return execution.text() + ".txt"; }
std::string script_file(const ExecutionId& execution) { return execution.text() + ".sh"; }
std::string judgement_file(const ExecutionId& execution) { return execution.text() + ".json"; }
std::string live_file(const ExecutionId& execution) { return execution.text() + ".live.json"; }
std::string live_text_file(const ExecutionId& execution) { return execution.text() + ".live.txt"; }

std::string month_file(Millis month) { return month_name(month) + ".html"; }
std::string month_place(Millis month) { return "history/" + month_file(month); }
std::string day_file(Millis day, std::size_t part) {
  return concat(day_name(day), part_suffix(part), ".html");
}
std::string day_place(Millis day, std::size_t part) { return "history/" + day_file(day, part); }
std::string day_json_place(Millis day) { return concat("history/", day_name(day), ".json"); }

std::string failure_file(const std::string& fingerprint, std::size_t part) {
  return concat(fingerprint, part_suffix(part), ".html");
}
std::string failure_place(const std::string& branch, const std::string& fingerprint, std::size_t part) {
  return concat("failure/", branch_slug(branch), '/', failure_file(fingerprint, part));
}
std::string failure_json_place(const std::string& branch, const std::string& fingerprint) {
  return concat("failure/", branch_slug(branch), '/', fingerprint, ".json");
}

std::string branch_badge_place(const std::string& branch) {
  return concat("badge-", branch_slug(branch), ".svg");
}
std::string branch_feed_place(const std::string& branch) {
  return concat("feed-", branch_slug(branch), ".atom");
}
std::string branch_commits_place(const std::string& branch) {
  return concat("commits/", branch_slug(branch), ".html");
}
std::string month_commits_place(const std::string& branch, Millis month, std::size_t part) {
  return concat("commits/", branch_slug(branch), '/', month_name(month), part_suffix(part), ".html");
}
std::string commit_anchor(const std::string& revision) { return "c-" + short_hash(revision, 10); }
std::string commit_place(const std::string& branch, const std::string& revision) {
  return concat(branch_commits_place(branch), '#', commit_anchor(revision));
}
std::string commit_place(const std::string& branch, const Commit& commit) {
  return concat(month_commits_place(branch, commit.listed_at), '#', commit_anchor(commit.revision));
}
std::string tested_commit_place(const std::string& branch, const std::string& revision) {
  return names_a_file(revision) ? revision_place(revision) : commit_place(branch, revision);
}
std::string revision_place(const std::string& revision) { return concat("commit/", revision, ".html"); }
std::string revision_json_place(const std::string& revision) { return concat("commit/", revision, ".json"); }

std::string tests_file(const std::string& branch, std::size_t part) {
  // Not ".2": "release-1.2" may be a branch itself.
  return concat(branch_slug(branch), part > 1 ? concat('~', part) : std::string(), ".html");
}
std::string tests_in_client(const std::string& branch, std::size_t part) {
  return "tests/" + tests_file(branch, part);
}
std::string test_in_client(const std::string& branch, const std::string& test) {
  return concat("test/", branch_slug(branch), '/', short_hash(test, 20), ".html");
}
std::string search_place(const std::string& letter) { return concat("search/", letter, ".json"); }
std::string search_letter_of_revision(const std::string& revision) {
  return concat("c-", revision.substr(0, 1));
}
std::string search_letter_of_test(const std::string& test) {
  const char first = test.empty()                       ? '_'
                     : test[0] >= 'A' && test[0] <= 'Z' ? static_cast<char>(test[0] - 'A' + 'a')
                                                        : test[0];
  return first >= 'a' && first <= 'm' ? "t-a" : "t-n";
}

std::string matrix_place(const std::string& branch) { return concat("tests/", branch_slug(branch), ".html"); }
std::string tests_place(const ClientId& client, const std::string& branch, std::size_t part) {
  return client_file_place(client, tests_in_client(branch, part));
}
std::string test_place(const ClientId& client, const std::string& branch, const std::string& test) {
  return client_file_place(client, test_in_client(branch, test));
}

std::string branch_slug(const std::string& branch) {
  std::string slug;
  for (const char c : branch) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    slug += plain ? c : '-';
  }
  // "x.html" would be the file of "x".
  const bool same = slug == branch && !branch.empty() && slug.size() <= 60 && slug.front() != '.' &&
                    slug.front() != '-' && !slug.ends_with(".html");
  return same ? slug : concat("b-", slug.substr(0, 40), '-', short_hash(branch, 10));
}

bool names_a_file(std::string_view revision) {
  const std::string_view digits = revision.substr(!revision.empty() && revision.front() == 'r' ? 1 : 0);
  return !digits.empty() && digits.size() <= 64 &&
         digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace testfarm

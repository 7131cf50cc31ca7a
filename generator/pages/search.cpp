#include "generator/pages/search.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "generator/site/paths.hpp"
#include "store/index/search_terms.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_of_a_file = 64 * 1024 - 256;
constexpr std::size_t most_entries = 2000;

// Entries as far as they fit, the newest first; `cut` says that there were more.
class Entries {
 public:
  // False where it does not fit any more.
  bool add(const std::string& name, const std::string& link, const std::string& of) {
    json::Writer json;
    json.object().member("name", name).member("link", link);
    if (!of.empty()) json.member("of", of);
    json.end_object();
    const std::string entry = json.text();
    if (list_.size() + entry.size() + 1 > most_of_a_file) {
      cut_ = true;
      return false;
    }
    list_ += (list_.empty() ? "" : ",") + entry;
    return true;
  }
  void cut() { cut_ = true; }
  std::string document() const {
    return concat(R"({"version":1,"cut":)", cut_ ? "true" : "false", R"(,"entries":[)", list_, "]}\n");
  }

 private:
  std::string list_;
  bool cut_ = false;
};

Result<Entries> revisions(Index& index, const ProjectId& project, char first) {
  Entries entries;
  TRY_SET(const auto tested, SearchTerms(index).revisions(project, first, most_entries));
  if (tested.cut) entries.cut();
  for (const auto& one : tested.revisions)
    if (names_a_file(one.revision) && !entries.add(one.revision, revision_place(one.revision), {})) break;
  return entries;
}

Result<Entries> tests(Index& index, const ProjectId& project, bool early) {
  Entries entries;
  TRY_SET(const auto failed, SearchTerms(index).failed_tests(project, early, most_entries));
  if (failed.cut) entries.cut();
  for (const auto& one : failed.tests)
    if (!entries.add(one.test, test_place(one.client, one.branch, one.test),
                     concat(one.branch, " on ", one.client.text())))
      break;
  return entries;
}

}  // namespace

Status write_search(PageContext& context, const ProjectId& project, const std::string& letter) {
  const auto put = [&](const Entries& entries) {
    return context.site().put_as_is(in_project(project, search_place(letter)), entries.document());
  };
  if (const bool early = letter == search_letter_of_test("a");
      early || letter == search_letter_of_test("z")) {
    TRY_SET(const Entries entries, tests(context.index(), project, early));
    return put(entries);
  }
  if (!letter.starts_with("c-") || letter.size() != 3) return {};
  TRY_SET(const Entries entries, revisions(context.index(), project, letter[2]));
  return put(entries);
}

}  // namespace testfarm

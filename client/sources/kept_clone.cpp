#include "client/sources/kept_clone.hpp"

#include <utility>

#include "base/text.hpp"
#include "client/sources/clone_marks.hpp"
#include "client/sources/remove_tree.hpp"

namespace testfarm {
namespace {

constexpr std::uint64_t most_anew = 3;            // in a row, without a check-out that succeeded; then
constexpr Millis rest_after_anew = 24 * hour_ms;  // nobody's network is kept busy for nothing
constexpr std::size_t most_listed = 10;           // files in a sentence

class KeptClone final : public Source {
 public:
  KeptClone(std::unique_ptr<Clone> clone, const RepositoryDefinition& definition, Path marks_directory,
            const Clock& clock, SayOfClone say)
      : clone_(std::move(clone)),
        definition_(definition),
        marks_directory_(std::move(marks_directory)),
        clock_(clock),
        say_(std::move(say)) {}

  Result<std::vector<Tip>> tips() override {
    TRY(claim());
    return mended<std::vector<Tip>>([&] { return clone_->tips(); });
  }
  Status reach() override { return clone_->reach(); }
  Result<std::vector<std::string>> steps(const std::string& previous, const std::string& tip) override {
    TRY(claim());
    return mended<std::vector<std::string>>([&] { return clone_->steps(previous, tip); });
  }
  Result<Repository> describe(const std::string& previous, const std::string& revision) override {
    TRY(claim());
    return mended<Repository>([&] { return clone_->describe(previous, revision); });
  }

  Status check_out(const std::string& revision) override {
    TRY(claim());
    const std::string before = clone_->at();
    const bool moves = before.empty() || !before.starts_with(revision) || !mark_.half_done.empty();
    if (mark_.made && moves && definition_.fresh > 0 && mark_.check_outs >= definition_.fresh)
      TRY(make_anew(concat("as testfarm.toml wants it after ", mark_.check_outs, " revisions")));
    mark_.half_done.push_back(revision);
    TRY(keep_mark(Sync::no));
    TRY(mended<void>([&] { return clone_->check_out(revision); }));
    if (moves) TRY(tidy());
    mark_.half_done.clear();
    mark_.anew = 0;
    if (moves) ++mark_.check_outs;
    return keep_mark(Sync::no);
  }

 private:
  Status keep_mark(Sync sync = Sync::yes) {
    return write_mark(marks_directory_, definition_.directory, mark_, sync);
  }

  // Nobody's directory is taken for ours; one that is not there is made, and ours from the beginning.
  Status claim() {
    const Path& place = definition_.directory;
    TRY_SET(const auto known, read_mark(marks_directory_, place));
    TRY_SET(const auto there, facts_at(place));
    TRY_SET(const auto names, list_directory(place));
    if (known && there && known->device == there->device && known->inode == there->inode) {
      mark_ = *known;
      unlock();
      return {};
    }
    if (!names.empty())
      return fail(ErrorKind::unavailable,
                  concat(definition_.name, ": ", place.string(),
                         " is there, and this client did not make it, "
                         "so nothing in it is touched: name another `directory`, or remove it"));
    TRY(make_directories(place));
    TRY_SET(const auto made, facts_at(place));
    if (!made) return fail(ErrorKind::io, concat(place.string(), " went as it was made"));
    mark_ = {.device = made->device, .inode = made->inode, .made = true};
    return keep_mark();
  }

  // A check-out that did not come to its end was killed: nobody else works here. What cannot be unlocked is
  // broken, which whatever is asked next meets (mended).
  void unlock() {
    if (!unlocked_ || !mark_.half_done.empty()) unlocked_ = clone_->unlock(mark_.half_done).has_value();
  }

  // Asks; mends and asks again where the clone is to blame, makes it anew and asks again where that did not
  // help.
  template <typename Answer>
  Result<Answer> mended(const std::function<Result<Answer>()>& ask) {
    Result<Answer> answer = ask();
    if (answer || answer.error().kind != ErrorKind::damaged) return answer;
    const std::string cause = answer.error().context;
    if (clone_->unlock(mark_.half_done)) {
      answer = ask();
      if (answer) {
        say_(concat(definition_.name, ": its clone was mended: ", cause));
        return answer;
      }
    }
    if (answer.error().kind == ErrorKind::damaged && clone_->damaged()) {
      if (!may_make_anew()) return fail(ErrorKind::unavailable, remedy(answer.error().context));
      TRY(make_anew(cause));
      answer = ask();
    }
    if (!answer && answer.error().kind == ErrorKind::damaged) answer.error().kind = ErrorKind::unavailable;
    return answer;
  }

  bool may_make_anew() const {
    return mark_.made && (mark_.anew < most_anew || clock_.now() - mark_.anew_at > rest_after_anew);
  }

  std::string remedy(const std::string& cause) const {
    const std::string& place = definition_.directory.string();
    if (mark_.made)
      return concat(cause, "; the clone in ", place, " is damaged, and was made anew ", mark_.anew,
                    " times without success: is the disk well?");
    return concat(cause, "; the clone in ", place, " is damaged: remove it, and it is made anew");
  }

  // The directory itself stays: it is what the mark knows.
  Status make_anew(const std::string& why) {
    say_(concat(definition_.name, ": its clone is made anew: ", why));
    ++mark_.anew;
    mark_.anew_at = clock_.now();
    mark_.check_outs = 0;
    TRY(keep_mark());
    TRY_SET(const auto names, list_directory(definition_.directory));
    for (const std::string& name : names) TRY(remove_tree(definition_.directory / name));
    TRY(clone_->tips());
    return {};
  }

  // At a change of revision what builds left goes. In a clone that an older version made only where its owner
  // says so, who is told what.
  Status tidy() {
    const Clean what = definition_.clean.value_or(mark_.made ? Clean::untracked : Clean::never);
    if (what == Clean::never) return {};
    TRY_SET(const auto strays, clone_->strays(what));
    if (!mark_.made && !mark_.named && !strays.empty()) say_(named(strays));
    mark_.named = true;
    for (const std::string& path : strays) TRY(remove_tree(definition_.directory / path));
    return {};
  }

  std::string named(const std::vector<std::string>& strays) const {
    std::string names;
    for (std::size_t i = 0; i < strays.size() && i < most_listed; ++i)
      names += concat(i == 0 ? "" : ", ", strays[i]);
    return concat(definition_.name, ": `clean` removes for the first time from ",
                  definition_.directory.string(), ": ", names,
                  strays.size() > most_listed ? concat(" and ", strays.size() - most_listed, " more") : "");
  }

  std::unique_ptr<Clone> clone_;
  const RepositoryDefinition& definition_;
  Path marks_directory_;
  const Clock& clock_;
  SayOfClone say_;
  CloneMark mark_;
  bool unlocked_ = false;  // since this client began
};

}  // namespace

std::unique_ptr<Source> kept_clone(std::unique_ptr<Clone> clone, const RepositoryDefinition& definition,
                                   const Path& marks_directory, const Clock& clock, SayOfClone say) {
  return std::make_unique<KeptClone>(std::move(clone), definition, marks_directory, clock, std::move(say));
}

}  // namespace testfarm

#include "schema/event.hpp"

#include "base/text.hpp"

namespace testfarm {

template <>
const std::vector<std::string>& names_of<TaskKind>() {
  static const std::vector<std::string> names{"fetch", "configure", "build", "test", "other"};
  return names;
}

template <>
const std::vector<std::string>& names_of<Reason>() {
  static const std::vector<std::string> names{"change", "forced", "schedule", "requested"};
  return names;
}

template <>
const std::vector<std::string>& names_of<CommandEnding>() {
  static const std::vector<std::string> names{"exited", "signalled", "timed_out", "aborted", "not_started"};
  return names;
}

template <>
const std::vector<std::string>& names_of<TestOutcome>() {
  static const std::vector<std::string> names{"passed", "failed", "skipped", "error"};
  return names;
}

template <>
const std::vector<std::string>& names_of<TaskOutcome>() {
  static const std::vector<std::string> names{"passed", "failed", "trouble", "interrupted", "aborted"};
  return names;
}

template <>
const std::vector<std::string>& names_of<Outcome>() {
  static const std::vector<std::string> names{"passed", "failed", "trouble", "interrupted", "aborted"};
  return names;
}

namespace {

// Numbers that mean the same on every system that clients run on (POSIX, XSI kill): others have no name here.
std::string signal_name(std::int64_t number) {
  const char* name = nullptr;
  switch (number) {
    case 1: name = "SIGHUP"; break;
    case 2: name = "SIGINT"; break;
    case 3: name = "SIGQUIT"; break;
    case 4: name = "SIGILL"; break;
    case 5: name = "SIGTRAP"; break;
    case 6: name = "SIGABRT"; break;
    case 8: name = "SIGFPE"; break;
    case 9: name = "SIGKILL"; break;
    case 11: name = "SIGSEGV"; break;
    case 13: name = "SIGPIPE"; break;
    case 14: name = "SIGALRM"; break;
    case 15: name = "SIGTERM"; break;
    default: return concat("signal ", number);
  }
  return concat(name, " (", number, ')');
}

}  // namespace

std::string ending_words(const CommandEnded& end) {
  switch (end.ending) {
    case CommandEnding::exited:
      if (!end.reason.empty())
        return end.status == 0 ? end.reason : concat(end.reason, " (exit status ", end.status, ")");
      return end.status == 0 && !end.success ? "refused by its tests or its success program"
                                             : concat("exit status ", end.status);
    case CommandEnding::signalled: return concat("killed by ", signal_name(end.status));
    case CommandEnding::timed_out: return end.reason.empty() ? "timed out" : end.reason;
    case CommandEnding::aborted: return "aborted";
    case CommandEnding::not_started: return "could not be started";
  }
  return {};
}

}  // namespace testfarm

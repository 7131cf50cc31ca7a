// Errors are values: every function that can fail answers a Result (or a Status, where there is nothing to
// hand back). The kind decides what a program does about it (an HTTP status, an exit code); the context says
// it to a person: it names the thing, what is wrong with it and, where there is one, the remedy.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace testfarm {

enum class ErrorKind : std::uint8_t {
  bad_input,     // what somebody sent or wrote is wrong; the same again will fail again
  unauthorized,  // nobody we know, or not with that signature
  not_found,     // there is no such thing
  conflict,      // it contradicts what is already there
  gap,           // it comes after something that is not there yet
  too_large,     // over a limit
  busy,          // somebody holds the lock; later may work
  no_space,      // disk or quota full
  io,            // the system failed us
  damaged,       // a cache of ours is not as we wrote it: make it anew
  unavailable,   // a peer could not be reached, or did not answer as our server does
  internal,      // a fault of this program
};

struct [[nodiscard]] Error {
  ErrorKind kind = ErrorKind::internal;
  std::string context;

  // The same error seen from further out: "where: context".
  Error in(const std::string& where) && { return {kind, where + ": " + context}; }
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string context) {
  return tl::unexpected<Error>(Error{kind, std::move(context)});
}
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

// TRY(status) leaves the function with the error; TRY_SET(auto x, result) also names the value.
// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in parentheses
#define TESTFARM_CONCAT_(a, b) a##b
#define TESTFARM_CONCAT(a, b) TESTFARM_CONCAT_(a, b)
#define TRY(expression)                                                        \
  do {                                                                         \
    if (auto try_result = (expression); !try_result)                           \
      return tl::unexpected<::testfarm::Error>(std::move(try_result).error()); \
  } while (false)
#define TRY_SET_(temporary, declaration, expression)                                      \
  auto temporary = (expression);                                                          \
  if (!temporary) return tl::unexpected<::testfarm::Error>(std::move(temporary).error()); \
  declaration = *std::move(temporary)
#define TRY_SET(declaration, expression) \
  TRY_SET_(TESTFARM_CONCAT(try_value_, __LINE__), declaration, expression)
// NOLINTEND(bugprone-macro-parentheses)

}  // namespace testfarm

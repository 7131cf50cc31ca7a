#include "cgi/http/problems.hpp"

#include "base/text.hpp"

namespace testfarm {

ProblemDetails problem(int status, std::string_view name, std::string title, std::string detail) {
  ProblemDetails problem;
  problem.type = concat(problem_prefix, name);
  problem.title = std::move(title);
  problem.status = status;
  problem.detail = std::move(detail);
  return problem;
}

Response reply(const ProblemDetails& problem) {
  Response response{.status = static_cast<int>(problem.status),
                    .content_type = std::string(problem_media_type),
                    .body = encode(problem) + '\n',
                    .taken = {}};
  response.reason = problem.type.substr(problem_prefix.size());
  if (problem.status == 503 || problem.status == 507) response.retry_after = problem.status == 503 ? 5 : 300;
  return response;
}

Response body_too_large(std::uint64_t limit) {
  ProblemDetails why =
      problem(413, "too-large", "The body is too large",
              concat("This farm takes ", limit, " bytes in one request. Send fewer events at a time."));
  why.body_limit = limit;
  return reply(why);
}

Response reply(const Error& error) {
  switch (error.kind) {
    case ErrorKind::bad_input:
      return reply(problem(422, "bad-event", "The body was refused as a whole", error.context));
    case ErrorKind::too_large: return reply(problem(413, "too-large", "Too large", error.context));
    case ErrorKind::unauthorized:
      // The same words for an unknown client, an unknown or revoked key and a signature that does not fit.
      return reply(problem(
          401, "unauthorized", "Not a signature of a client that we know",
          "The client or its key is unknown here or revoked, or the signature does not fit: it covers "
          "method, address as the farm's base_url has it, content type and body."));
    case ErrorKind::not_found: return reply(problem(404, "not-found", "There is nothing at this address"));
    case ErrorKind::busy:
      return reply(
          problem(503, "busy", "Somebody else is writing to this", "Send the same again in some seconds."));
    case ErrorKind::no_space:
      return reply(problem(507, "no-space", "The farm's disk is full",
                           "Nothing was kept. Send the same again later."));
    case ErrorKind::conflict:
    case ErrorKind::gap:
    case ErrorKind::io:
    case ErrorKind::damaged:
    case ErrorKind::unavailable:
    case ErrorKind::internal: break;
  }
  return reply(problem(503, "server-trouble", "The farm has trouble of its own",
                       "Nothing was kept. Send the same again later; the farm's error log says more."));
}

}  // namespace testfarm

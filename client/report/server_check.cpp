#include "client/report/server_check.hpp"

#include <utility>
#include <vector>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "schema/form.hpp"
#include "schema/limits.hpp"
#include "schema/protocol.hpp"
#include "schema/signature.hpp"

namespace testfarm {
namespace {

// Whether an answer is the endpoint's own word, and not a host's.
bool is_ours(const HttpAnswer& answer) {
  return answer.content_type.starts_with(problem_media_type) ||
         answer.content_type.starts_with(json_media_type);
}

// Days since 1970 and the time of day of "2026-11-21T14:20:05Z".
std::optional<Millis> parse_iso(std::string_view text) {
  if (text.size() != 20 || text.back() != 'Z') return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t count) {
    return static_cast<int>(to_unsigned(text.substr(at, count)).value_or(99));
  };
  const Millis day = from_civil(part(0, 4), part(5, 2), part(8, 2));
  return day + part(11, 2) * hour_ms + part(14, 2) * minute_ms + part(17, 2) * second_ms;
}

class ServerCheck {
 public:
  ServerCheck(Transport& transport, std::string server, const Clock& clock,
              const std::function<void(const std::string&)>& say)
      : transport_(transport), server_(std::move(server)), clock_(clock), say_(say) {}

  Result<ServerFindings> run() {
    TRY_SET(const ServerInfo info, address());
    headers(info);
    clock(info);
    TRY(bodies(info));
    return findings_;
  }

 private:
  void good(const std::string& what) { say_("good  " + what); }
  void bad(const std::string& what, const std::string& remedy) {
    ++findings_.bad;
    say_("BAD   " + what);
    say_("      " + remedy);
  }

  // Signed by a key that nobody knows: it is about what arrives, and not about who we are.
  HttpRequest request(const std::string& method, const std::string& path, std::string_view type,
                      std::string body) const {
    const std::string target = server_ + path;
    const auto signature =
        sign_request({.method = method, .target_uri = target, .content_type = type, .body = body},
                     {clock_.now(), "check", "check.check.1"}, keys_.secret_key);
    HttpRequest request{.method = method, .url = target, .body = std::move(body)};
    if (!type.empty()) request.headers.emplace_back("Content-Type", type);
    request.headers.emplace_back("Content-Digest", signature.content_digest);
    request.headers.emplace_back("Signature-Input", signature.signature_input);
    request.headers.emplace_back("Signature", signature.signature);
    return request;
  }

  Result<ServerInfo> address() {
    TRY_SET(const HttpAnswer answer, transport_.send(request("GET", "/api/1/", {}, {})));
    auto info = decode<ServerInfo>(answer.body);
    if (answer.status == 200 && info) {
      good(concat(server_, " answers: TestFarm ", info->version));
      return info;
    }
    return fail(
        ErrorKind::unavailable,
        concat(
            server_, "/api/1/ answers with HTTP ", answer.status, " and ",
            in_quotes(answer.body.substr(0, answer.body.find('\n'))),
            ", which is not a farm's word. Is the address right, the rewrite rule or ScriptAlias in place, "
            "and the wrapper's path to the endpoint? The host's error log says more"));
  }

  void headers(const ServerInfo& info) {
    if (info.signature_seen)
      good("the headers Content-Digest, Signature-Input and Signature arrive");
    else
      bad("the headers Content-Digest, Signature-Input and Signature do not arrive at the endpoint",
          "something in between takes them out; ask the provider, or see "
          "docs/recipes/install-on-a-shared-host.md");
  }

  void clock(const ServerInfo& info) {
    const auto theirs = parse_iso(info.time);
    const Millis apart = theirs ? clock_.now() - *theirs : 0;
    if (!theirs || apart > minute_ms || apart < -minute_ms)
      say_(concat("look  this clock and the farm's differ by ", apart / second_ms,
                  " s: nothing depends on it, but times in logs will look odd; is there no time service?"));
    else
      good(concat("the two clocks differ by ", (apart < 0 ? -apart : apart) / second_ms, " s"));
  }

  Result<HttpAnswer> post(std::string_view type, std::string body) {
    return transport_.send(
        request("POST", "/api/1/projects/check/clients/check/executions/20260101-000000-checks/events?from=1",
                type, std::move(body)));
  }

  Status bodies(const ServerInfo& info) {
    const std::string line =
        "{\"n\":1,\"t\":0,\"type\":\"output\",\"task\":1,\"command\":1,\"text\":\"x\"}\n";
    TRY_SET(const HttpAnswer plain, post(events_media_type, line));
    if (!is_ours(plain)) {
      const Form form = as_form(line);
      TRY_SET(const HttpAnswer wrapped, post(form.content_type, form.body));
      if (is_ours(wrapped))
        good(concat("a firewall refuses the media type ", events_media_type, " (HTTP ", plain.status,
                    ") and lets a form through: clients send forms"));
      else
        bad(concat("events do not arrive: HTTP ", plain.status, " for ", events_media_type, ", ",
                   wrapped.status, " for a form"),
            "is it mod_security? docs/recipes/install-on-a-shared-host.md has the exception to ask the "
            "provider for");
      return {};
    }
    good(concat("events arrive as ", events_media_type));
    // What the endpoint takes must get as far as the endpoint.
    TRY_SET(const HttpAnswer full,
            post(events_media_type, std::string(static_cast<std::size_t>(info.body_limit), 'x')));
    if (is_ours(full)) {
      good(concat("bodies of ", info.body_limit, " bytes arrive"));
      return {};
    }
    std::uint64_t passes = 0;
    for (std::uint64_t step = info.body_limit / 2; step >= 1024; step /= 2) {
      TRY_SET(const HttpAnswer answer,
              post(events_media_type, std::string(static_cast<std::size_t>(passes + step), 'x')));
      if (is_ours(answer)) passes += step;
    }
    bad(concat("bodies of ", info.body_limit, " bytes do not arrive (HTTP ", full.status, "); ", passes,
               " bytes do"),
        concat("raise the host's limit (FcgidMaxRequestLen, LimitRequestBody, client_max_body_size), or say "
               "body = ",
               std::max<std::uint64_t>(passes, limits::event_line), " under [limits] in farm.toml"));
    return {};
  }

  Transport& transport_;
  std::string server_;
  const Clock& clock_;
  const std::function<void(const std::string&)>& say_;
  KeyPair keys_ = random_key_pair();
  ServerFindings findings_;
};

}  // namespace

Result<ServerFindings> check_server(Transport& transport, const std::string& server, const Clock& clock,
                                    const std::function<void(const std::string&)>& say) {
  return ServerCheck(transport, server, clock, say).run();
}

}  // namespace testfarm

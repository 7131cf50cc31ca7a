#include "bench/growth.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "schema/codec.hpp"
#include "schema/signature.hpp"
#include "support/fastcgi.hpp"

namespace testfarm {
namespace {

// What a front end would pass on.
FcgiVariables variables_of(const SignedPost& post, std::size_t size) {
  FcgiVariables variables{
      {"REQUEST_METHOD", "POST"}, {"REQUEST_URI", post.target}, {"CONTENT_LENGTH", std::to_string(size)}};
  for (const auto& [name, value] : post.headers) variables.emplace_back(variable_of_header(name), value);
  return variables;
}

// One execution of as many events as wanted, each like the others: what changes is only how many came before.
class LongExecution {
 public:
  LongExecution(const Sender& sender, std::string origin, std::mt19937_64& dice)
      : sender_(sender), origin_(std::move(origin)), key_{sender.client, random_execution_id(dice)} {}

  Status post(const FcgiSpawner& server) {
    ++number_;
    Event event{number_, static_cast<Millis>(number_),
                Output{.task = 1, .command = 1, .omitted = 0, .text = std::string(700, 'x') + '\n'}};
    if (number_ == 1) event.body = ExecutionStarted{.branch = "main", .reason = Reason::change};
    // A new command now and then, so that none meets the limit of its output.
    if (number_ % 1000 == 2) event.body = CommandStarted{1, 1, std::string(700, 'y')};
    const std::string body = encode_event(event) + '\n';
    const CutBody cut{.from = number_,
                      .events = 1,
                      .body = std::make_shared<const std::string>(body),
                      .digest = content_digest(body)};
    const SignedPost post = sign_post(cut, key_, sender_, origin_, {});
    const FcgiVariables variables = variables_of(post, body.size());
    TRY_SET(const std::string answer, server.call(variables, body));
    if (!answer.starts_with("Status: 200")) return fail(ErrorKind::internal, answer);
    return {};
  }
  Status posts(const FcgiSpawner& server, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) TRY(post(server));
    return {};
  }

 private:
  const Sender& sender_;
  std::string origin_;
  ExecutionKey key_;
  std::uint64_t number_ = 0;
};

class Growth {
 public:
  Growth(const GrowthSetup& setup, const Sender& sender) : setup_(setup), sender_(sender) {}

  Result<FcgiSpawner> server(const Path& farm, bool traced) {
    std::vector<std::string> command{setup_.endpoint.string(), "--farm", farm.string()};
    trace_ = setup_.directory / "trace";
    // -D: the endpoint stays our child, and strace goes when it does.
    if (traced) command.insert(command.begin(), {"strace", "-D", "-qq", "-o", trace_.string()});
    return FcgiSpawner::start(command, setup_.directory / (traced ? "socket-traced" : "socket"), 1,
                              setup_.directory / "endpoint.log");
  }

  // A client that posts each `posts` times to new executions or goes on with one; CPU of the endpoint for
  // each.
  Result<double> cpu(const FcgiSpawner& server, LongExecution& execution, std::uint64_t posts) const {
    const double before = cpu_seconds(server.ids());
    TRY(execution.posts(server, posts));
    return (cpu_seconds(server.ids()) - before) / static_cast<double>(posts) * 1e6;
  }

  Result<PostCost> traced(const FcgiSpawner& server, LongExecution& execution, std::uint64_t posts) const {
    const pid_t id = server.ids().front();
    const std::size_t calls = traced_calls();
    const std::uint64_t bytes = bytes_read(id);
    TRY(execution.posts(server, posts));
    const auto each = static_cast<double>(posts);
    return PostCost{0, static_cast<double>(traced_calls() - calls) / each,
                    static_cast<double>(bytes_read(id) - bytes) / each};
  }

 private:
  // Lines of the trace, when no more come.
  std::size_t traced_calls() const {
    std::size_t size = 0;
    for (;;) {
      usleep(100000);
      const std::string text = read_file(trace_).value_or("");
      if (text.size() == size) return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
      size = text.size();
    }
  }
  const GrowthSetup& setup_;
  const Sender& sender_;
  Path trace_;
};

// An execution from its first event on, in each farm.
Status compare_histories(Growth& growth, const GrowthSetup& setup, const Path& small, const Path& large,
                         const Sender& sender, std::mt19937_64& dice, FigureLine& line) {
  const std::uint64_t posts = 200;
  std::vector<double> ratios;
  TRY_SET(const FcgiSpawner a, growth.server(small, false));
  FcgiSpawner b = *FcgiSpawner::start({setup.endpoint.string(), "--farm", large.string()},
                                      setup.directory / "socket2", 1, setup.directory / "endpoint.log");
  for (int round = 0; round < (setup.quick ? 9 : 25); ++round) {
    LongExecution one(sender, setup.origin, dice);
    LongExecution other(sender, setup.origin, dice);
    TRY_SET(const double cpu_a, growth.cpu(a, one, posts));
    TRY_SET(const double cpu_b, growth.cpu(b, other, posts));
    ratios.push_back(cpu_b / cpu_a);
  }
  line.set("growth_history", median(ratios));
  std::vector<PostCost> costs;
  for (const Path& farm : {small, large}) {
    TRY_SET(const FcgiSpawner traced, growth.server(farm, true));
    LongExecution warm(sender, setup.origin, dice);
    TRY(warm.posts(traced, 3));
    LongExecution execution(sender, setup.origin, dice);
    TRY_SET(const PostCost cost, growth.traced(traced, execution, 100));
    costs.push_back(cost);
  }
  std::cout << "a POST costs " << short_number(costs[0].calls) << " system calls and reads "
            << short_number(costs[0].bytes) << " bytes; with much history " << short_number(costs[1].calls)
            << " and " << short_number(costs[1].bytes) << '\n';
  line.set("growth_history_calls", costs[1].calls / costs[0].calls);
  line.set("growth_history_bytes", costs[1].bytes / costs[0].bytes);
  return {};
}

Status compare_positions(Growth& growth, const GrowthSetup& setup, const Path& farm, const Sender& sender,
                         std::mt19937_64& dice, FigureLine& line) {
  std::vector<double> early, late;
  TRY_SET(const FcgiSpawner server, growth.server(farm, false));
  // Two executions side by side, one young and one with ten thousand events, in turns.
  LongExecution old(sender, setup.origin, dice);
  TRY(old.posts(server, 10000));
  for (int round = 0; round < (setup.quick ? 9 : 25); ++round) {
    LongExecution young(sender, setup.origin, dice);
    TRY(young.posts(server, 1));
    TRY_SET(const double cpu_early, growth.cpu(server, young, 200));
    TRY_SET(const double cpu_late, growth.cpu(server, old, 200));
    early.push_back(cpu_early);
    late.push_back(cpu_late / cpu_early);
  }
  std::cout << "CPU of the endpoint for a POST of one event: " << short_number(median(early)) << " us\n";
  line.set("growth_10000th_vs_1st", median(late));
  TRY_SET(const FcgiSpawner traced, growth.server(farm, true));
  LongExecution young(sender, setup.origin, dice);
  TRY(young.posts(traced, 3));
  TRY_SET(const PostCost first, growth.traced(traced, young, 100));
  TRY(young.posts(server, 9900));
  TRY_SET(const PostCost later, growth.traced(traced, young, 100));
  line.set("growth_10000th_vs_1st_calls", later.calls / first.calls);
  line.set("growth_10000th_vs_1st_bytes", later.bytes / first.bytes);
  return {};
}

// Whether the time of a refusal tells strangers who exists: a known client's key with a bad signature, a key
// that it does not have, a client that there is not.
Status compare_refusals(Growth& growth, const Path& farm, const Sender& sender, const std::string& origin,
                        bool quick, std::mt19937_64& dice, FigureLine& line) {
  TRY_SET(const FcgiSpawner server, growth.server(farm, false));
  TRY_SET(const ClientId nobody, ClientId::parse("nobody"));
  const Sender forger{sender.client, random_key_pair()};
  const Sender stranger{{sender.client.project, nobody}, random_key_pair()};
  const CutBody body{.from = 1,
                     .events = 1,
                     .body = std::make_shared<const std::string>("{}\n"),
                     .digest = content_digest("{}\n")};
  std::vector<double> apart;
  for (int round = 0; round < (quick ? 9 : 25); ++round) {
    std::array<double, 3> costs{};
    for (std::size_t kind = 0; kind < 3; ++kind) {
      std::vector<FcgiVariables> requests;
      for (int i = 0; i < 200; ++i) {
        const Sender& as = kind == 2 ? stranger : forger;
        FcgiVariables variables =
            variables_of(sign_post(body, {as.client, random_execution_id(dice)}, as, origin, {}), 3);
        // Key 2 is nobody's.
        if (kind == 1)
          for (auto& [name, value] : variables)
            if (name == "HTTP_SIGNATURE_INPUT") value.replace(value.find(".1\";tag"), 2, ".2");
        requests.push_back(std::move(variables));
      }
      const double before = cpu_seconds(server.ids());
      for (const auto& variables : requests) {
        TRY_SET(const std::string answer, server.call(variables, *body.body));
        if (!answer.starts_with("Status: 401")) return fail(ErrorKind::internal, answer);
      }
      costs[kind] = cpu_seconds(server.ids()) - before;
    }
    apart.push_back(*std::max_element(costs.begin(), costs.end()) /
                    *std::min_element(costs.begin(), costs.end()));
  }
  line.set("refusals_apart", median(apart));
  return {};
}

}  // namespace

Status measure_growth(const GrowthSetup& setup, const Path& small, const Path& large, const Sender& sender,
                      FigureLine& line) {
  TRY(make_directories(setup.directory));
  std::mt19937_64 dice(static_cast<std::uint64_t>(system_clock().now()));
  Growth growth(setup, sender);
  TRY(compare_positions(growth, setup, small, sender, dice, line));
  TRY(compare_histories(growth, setup, small, large, sender, dice, line));
  TRY(compare_refusals(growth, small, sender, setup.origin, setup.quick, dice, line));
  TRY_SET(const FcgiSpawner server, growth.server(small, false));
  for (int i = 0; i < (setup.quick ? 50 : 500); ++i) {
    LongExecution execution(sender, setup.origin, dice);
    TRY(execution.posts(server, 200));
  }
  line.set("rss_mib", resident_mib(server.ids().front()));
  return {};
}

}  // namespace testfarm

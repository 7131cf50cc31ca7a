#include "client/report/farm_moves.hpp"

#include "base/text.hpp"
#include "schema/protocol.hpp"

namespace testfarm {
namespace {

constexpr std::size_t most_names = 20;
constexpr std::string_view api = "/api/1/";
constexpr std::size_t most_of_address = 1000;  // bytes

struct Address {
  std::string scheme, host, port, path;
};

// RFC 3986, as far as base addresses go: scheme://host[:port][/path]. Nothing where there is more to it.
std::optional<Address> parts_of(const std::string& url) {
  Address address;
  const auto colon = url.find("://");
  if (colon == std::string::npos) return std::nullopt;
  address.scheme = to_lower(std::string_view(url).substr(0, colon));
  const auto slash = std::min(url.find('/', colon + 3), url.size());
  const std::string authority = to_lower(std::string_view(url).substr(colon + 3, slash - colon - 3));
  const auto port = authority.rfind(':');
  const bool has_port = port != std::string::npos && authority.find(']', port) == std::string::npos;
  address.host = authority.substr(0, has_port ? port : authority.size());
  address.port = has_port ? authority.substr(port + 1) : address.scheme == "https" ? "443" : "80";
  address.path = url.substr(slash);
  const bool known = address.scheme == "http" || address.scheme == "https";
  if (!known || address.host.empty() || authority.find('@') != std::string::npos ||
      url.find_first_of("?#\\ \t\r\n") != std::string::npos)
    return std::nullopt;
  return address;
}

// "https://host/farm/api/1/" → "https://host/farm".
std::string base_of(const std::string& location) {
  return location.ends_with(api) ? location.substr(0, location.size() - api.size()) : std::string();
}

bool is_redirect(const HttpAnswer& answer) { return answer.status >= 301 && answer.status <= 308; }

}  // namespace

Follow may_follow(const std::string& from, const std::string& to) {
  const auto old = parts_of(from), now = parts_of(to);
  if (!old || !now) return Follow::never;
  const bool was_secure = old->scheme == "https", secure = now->scheme == "https";
  if (was_secure && !secure) return Follow::never;
  if (old->host != now->host) return was_secure ? Follow::where_signed : Follow::never;
  // The same certificate; or one where anybody on the way could have spoken, but to no other place.
  const bool same_place = was_secure
                              ? old->port == now->port
                              : secure && old->path == now->path && old->port == "80" && now->port == "443";
  return same_place ? Follow::freely : Follow::where_signed;
}

FarmMoves::FarmMoves(const ServerDefinition& server, Transport& transport, const Clock& clock, Say say)
    : server_(server),
      transport_(transport),
      clock_(clock),
      say_(std::move(say)),
      known_(read_known_farm(server.key_file)),
      address_(address_now(server)) {
  if (address_ != server_.url)
    say_(concat("the farm has moved to ", address_, "; write server = \"", address_, "\" in place of \"",
                server_.url, '"'));
}

void FarmMoves::learn_key(const std::string& farm_key) {
  if (known_.key || !address_.starts_with("https://")) return;
  const auto bytes = from_base64(farm_key);
  known_.key = bytes ? array_from<PublicKey>(*bytes) : std::nullopt;
  if (!known_.key) return;
  keep();
}

void FarmMoves::keep() {
  if (const auto kept = write_known_farm(server_.key_file, known_); !kept) say_(kept.error().context);
}

void FarmMoves::learn_name(const std::string& name) {
  const auto called = client_called(name);
  auto& names = known_.names;
  if (!called || *called == (names.empty() ? server_.client : names.back())) return;
  std::erase(names, *called);
  names.push_back(*called);
  if (names.size() > most_names) names.erase(names.begin());
  keep();
  say_(concat("the farm calls ", name_of(server_.client), ' ', name, " now; nothing need be changed here"));
}

std::optional<std::string> FarmMoves::told(const std::string& to, const std::string& signature) {
  const Millis now = clock_.boot_time();
  const bool again = to == told_ && told_at_ && now - *told_at_ < hour_ms;
  if (to.empty() || to == address_ || again) return std::nullopt;
  told_ = to;
  told_at_ = now;
  return follow({address_, to, signature});
}

std::optional<std::string> FarmMoves::look() {
  const Millis now = clock_.boot_time();
  if (looked_at_ && now - *looked_at_ < hour_ms) return std::nullopt;
  looked_at_ = now;
  advise_back();
  const auto answer = transport_.send({.method = "GET", .url = concat(address_, api)});
  if (answer && is_redirect(*answer)) {
    const std::string to = base_of(answer->location);
    if (to.empty() || to == address_) return std::nullopt;
    if (may_follow(address_, to) != Follow::where_signed) return follow({address_, to, {}});
    // Who redirects everything says so of the file, too: it lies where the farm is now.
    const auto move = move_in(to + "/moved.json");
    return follow(move && move->to == to ? *move : Move{address_, to, {}});
  }
  const auto move = move_in(address_ + "/moved.json");
  return move && move->to != address_ ? follow(*move) : std::nullopt;
}

std::optional<std::string> FarmMoves::follow(const Move& move) {
  std::string to = move.to;
  while (to.ends_with('/')) to.pop_back();
  const Follow may = may_follow(address_, to);
  const bool is_signed = known_.key && move.from == address_ && fits(move, *known_.key);
  if (may == Follow::never || (may == Follow::where_signed && !is_signed)) {
    advise(to);
    return std::nullopt;
  }
  if (!farm_answers(to)) return std::nullopt;
  known_.from = server_.url;
  known_.to = to;
  keep();
  say_(concat("the farm has moved from ", address_, " to ", to, "; reports go there now. Write server = \"",
              to, "\" in place of \"", server_.url, "\" when you like"));
  address_ = to;
  return to;
}

std::optional<Move> FarmMoves::move_in(const std::string& file) {
  const auto answer = transport_.send({.method = "GET", .url = file});
  if (!answer || answer->status != 200) return std::nullopt;
  const auto moves = decode_moves(answer->body);
  if (!moves) return std::nullopt;
  for (const Move& move : *moves)
    if (move.from == address_) return move;
  return std::nullopt;
}

bool FarmMoves::answers(const std::string& address) {
  const auto answer = transport_.send({.method = "GET", .url = concat(address, api)});
  return answer && answer->status == 200 && decode<ServerInfo>(answer->body);
}

bool FarmMoves::nobody_at(const std::string& address) {
  const auto answer = transport_.send({.method = "GET", .url = concat(address, api)});
  // A farm in trouble is there.
  return !answer ||
         (!answer->content_type.starts_with(problem_media_type) && !decode<ServerInfo>(answer->body));
}

// An address where no farm is helps nobody: what is kept goes on waiting.
bool FarmMoves::farm_answers(const std::string& address) {
  if (answers(address)) return true;
  say_(concat(address_, " says that the farm is at ", address, " now, where no farm answers"));
  return false;
}

// By itself it never goes back: the address may be somebody else's by now, who only has to wait for the farm
// of now to be away for a moment, and to show what the farm signed years ago.
void FarmMoves::advise_back() {
  if (address_ == server_.url || advised_ == server_.url) return;
  if (!nobody_at(address_) || !answers(server_.url)) return;
  advised_ = server_.url;
  say_(concat("nobody answers at ", address_, "; there is a farm at ", server_.url,
              " again, which cannot prove that it is the same. If you know that from its maintainer: rm ",
              server_.key_file.string(), ".farm"));
}

// Once, until it says something else.
void FarmMoves::advise(const std::string& to) {
  if (to.size() > most_of_address || !parts_of(to)) return;
  if (std::exchange(advised_, to) == to) return;
  say_(concat(address_, " says that the farm is at ", to,
              " now, and cannot prove it. If you know that from its maintainer, write server = \"", to,
              "\" in place of \"", server_.url, '"'));
}

}  // namespace testfarm

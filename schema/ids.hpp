// Names that may become part of a path. Only these types reach store/layout, and only parse() makes one, so
// that no text from outside can ever name a path that we did not mean.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace testfarm {

// [a-z0-9][a-z0-9_-]{0,63}, and no device name of Windows (a farm may be copied to such a machine).
template <typename Tag>
class Slug {
 public:
  static Result<Slug> parse(std::string_view text);
  const std::string& text() const { return text_; }
  auto operator<=>(const Slug&) const = default;

 private:
  explicit Slug(std::string_view text) : text_(text) {}
  std::string text_;
};

using ProjectId = Slug<struct ProjectTag>;
using ClientId = Slug<struct ClientTag>;

// YYYYMMDD-HHMMSS-xxxxxx: the client's UTC clock at the start and six of [a-z0-9], so that two executions of
// one client do not collide even where its clock does. Its date chooses a directory and nothing else.
class ExecutionId {
 public:
  static Result<ExecutionId> parse(std::string_view text);
  static ExecutionId make(Millis now);
  const std::string& text() const { return text_; }
  std::string month() const { return text_.substr(0, 4) + '-' + text_.substr(4, 2); }
  auto operator<=>(const ExecutionId&) const = default;

 private:
  explicit ExecutionId(std::string_view text) : text_(text) {}
  std::string text_;
};

struct ClientKey {
  ProjectId project;
  ClientId client;
  auto operator<=>(const ClientKey&) const = default;
};

// bad_input for names that the site's directories have: a client's pages would lie among others.
Status may_name_a_client(const ClientId& name);
bool is_directory_of_site(std::string_view name);

// "project/client", as messages and people write it.
std::string name_of(const ClientKey& client);
std::optional<ClientKey> client_called(std::string_view name);

// One client, "debian-gcc", or all whose names begin so, "debian-*".
class ClientNames {
 public:
  static Result<ClientNames> parse(std::string_view text);
  const std::string& text() const { return text_; }
  bool contain(const ClientId& client) const;
  bool are_several() const { return text_.ends_with('*'); }
  auto operator<=>(const ClientNames&) const = default;

 private:
  explicit ClientNames(std::string_view text) : text_(text) {}
  std::string text_;
};

struct ExecutionKey {
  ClientKey owner;
  ExecutionId execution;
  auto operator<=>(const ExecutionKey&) const = default;
};

// "P.C.N": key number N of a client, as keyid of a signature. N counts from 1; 0 is a key that registers.
struct KeyId {
  ClientKey owner;
  std::uint64_t number;
  static Result<KeyId> parse(std::string_view text);
  std::string text() const;
};

}  // namespace testfarm

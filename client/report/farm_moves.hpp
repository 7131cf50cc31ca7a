// A farm that moves to another address or gives a client another name, and the client that follows. Freely it
// goes from http to https at the same place, and from https to another path of the same host. Elsewhere on
// the host, or from https to another host, only where the farm's identity, whose key the client knows, has
// signed the move. Anything else is told, with the line to type.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "client/definition/definition.hpp"
#include "client/report/http.hpp"
#include "client/report/known_farm.hpp"
#include "schema/move.hpp"

namespace testfarm {

enum class Follow : std::uint8_t { freely, where_signed, never };
// Whether a client at `from` may go to `to` (base addresses).
Follow may_follow(const std::string& from, const std::string& to);

// For one thread at a time.
class FarmMoves {
 public:
  using Say = std::function<void(const std::string&)>;
  // `transport` and `clock` outlive it. Says where the definition's address is not that of now.
  FarmMoves(const ServerDefinition& server, Transport& transport, const Clock& clock, Say say);

  const std::string& address() const { return address_; }
  // The farm's public key as it says it (base64): kept where none is known and the answer came over https.
  void learn_key(const std::string& farm_key);

  // What the farm calls this client. It goes on by the name of its registration, which leads to it as well
  // and which a farm that was restored from a copy of before knows, too.
  void learn_name(const std::string& called);

  // Both answer the new address where it was followed. The farm itself said so, in an answer of its own.
  std::optional<std::string> told(const std::string& to, const std::string& signature);
  // Nobody answers for the farm: what does its address say? Asked once an hour at most.
  std::optional<std::string> look();

 private:
  std::optional<std::string> follow(const Move& move);
  std::optional<Move> move_in(const std::string& file);
  void keep();
  bool answers(const std::string& address);
  bool farm_answers(const std::string& address);  // or says that it does not
  bool nobody_at(const std::string& address);
  void advise_back();  // where the address that the owner wrote has a farm again
  void advise(const std::string& to);

  ServerDefinition server_;
  Transport& transport_;
  const Clock& clock_;
  Say say_;
  KnownFarm known_;
  std::string address_;
  std::string advised_;
  std::optional<Millis> looked_at_;
  std::string told_;
  std::optional<Millis> told_at_;
};

}  // namespace testfarm

// A farm's word that it has moved from one address to another, signed by its identity (Ed25519): whoever
// knows the farm's public key may follow, whoever owns the old address.
//
// moved.json, at the old address and at the new one:
//   {"version":1,"moves":[{"from":"https://old.example.org","to":"https://ci.example.org","signature":"BASE64"}]}
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.hpp"
#include "base/result.hpp"

namespace testfarm {

struct Move {
  std::string from, to;   // base addresses, without a slash at their ends
  std::string signature;  // base64
};

Move signed_move(std::string from, std::string to, const SecretKey& farm);
bool fits(const Move& move, const PublicKey& farm);

std::string encode(const std::vector<Move>& moves);
// bad_input where it is no such file.
Result<std::vector<Move>> decode_moves(std::string_view text);

}  // namespace testfarm

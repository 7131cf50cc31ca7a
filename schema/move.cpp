#include "schema/move.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

std::string signed_text(const Move& move) {
  return concat("testfarm moved 1\n", move.from, '\n', move.to, '\n');
}

}  // namespace

Move signed_move(std::string from, std::string to, const SecretKey& farm) {
  Move move{std::move(from), std::move(to), {}};
  move.signature = to_base64(bytes_of(sign(signed_text(move), farm)));
  return move;
}

bool fits(const Move& move, const PublicKey& farm) {
  const auto bytes = from_base64(move.signature);
  const auto signature = bytes ? array_from<Signature>(*bytes) : std::nullopt;
  return signature && verify(signed_text(move), *signature, farm);
}

std::string encode(const std::vector<Move>& moves) {
  json::Writer json;
  json.object().member("version", 1).key("moves").array();
  for (const Move& move : moves)
    json.object()
        .member("from", move.from)
        .member("to", move.to)
        .member("signature", move.signature)
        .end_object();
  json.end_array().end_object();
  return json.text() + '\n';
}

Result<std::vector<Move>> decode_moves(std::string_view text) {
  TRY_SET(const json::Document document, json::Document::parse(text));
  std::vector<Move> moves;
  for (const json::View one : document.root().list("moves"))
    moves.push_back({one.text("from"), one.text("to"), one.text("signature")});
  return moves;
}

}  // namespace testfarm

#include "client/report/key_file.hpp"

#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr std::string_view comment = "untrusted comment: testfarm secret key ";
constexpr std::size_t salt_at = 8;
constexpr std::size_t checksum_at = 24;
constexpr std::size_t number_at = 32;
constexpr std::size_t key_at = 40;
constexpr std::size_t binary_size = 104;

}  // namespace

Result<ClientSecret> read_key_file(const Path& path) {
  TRY_SET(const std::string text, read_file(path, 4096));
  const auto wrong = [&](std::string_view why) {
    return fail(ErrorKind::bad_input, concat(path.string(), " is no key of testfarm: ", why));
  };
  const auto lines = split_lines(text);
  if (lines.size() != 2 || !lines[0].starts_with(comment))
    return wrong("it must have two lines, the first a comment");
  const auto id = KeyId::parse(lines[0].substr(comment.size()));
  const auto bytes = from_base64(lines[1]);
  if (!id) return wrong(id.error().context);
  if (!bytes || bytes->size() != binary_size || !bytes->starts_with("EdBK"))
    return wrong("its second line is damaged");
  const std::string_view key = std::string_view(*bytes).substr(key_at);
  if (sha512(key).substr(0, number_at - checksum_at) != bytes->substr(checksum_at, number_at - checksum_at))
    return wrong("its checksum does not fit; if it is protected by a passphrase, take that off with signify");
  const auto secret = array_from<SecretKey>(key);
  if (!secret) return wrong("it has the wrong size");
  return ClientSecret{{public_key_of(*secret), *secret}, *id};
}

Status write_key_file(const Path& path, const ClientSecret& secret) {
  const std::string_view key = bytes_of(secret.keys.secret_key);
  std::string bytes = "EdBK";
  bytes.append(4, '\0');
  bytes += random_bytes(checksum_at - salt_at);
  bytes += sha512(key).substr(0, number_at - checksum_at);
  // signify matches key and signature by this number; ours may be anything that stays the same for a key.
  bytes += sha256(bytes_of(secret.keys.public_key)).substr(0, key_at - number_at);
  bytes += key;
  return replace_file(path, concat(comment, secret.id.text(), '\n', to_base64(bytes), '\n'), Sync::yes,
                      Access::owner);
}

}  // namespace testfarm

// The face of libsodium: Ed25519 (RFC 8032), SHA-256, SHA-512, base64 (RFC 4648), randomness. Nothing here
// can run without crypto_ready(), which every program calls first.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace testfarm {

using PublicKey = std::array<unsigned char, 32>;
using SecretKey = std::array<unsigned char, 64>;  // seed and public key, as libsodium keeps it
using Signature = std::array<unsigned char, 64>;
using Seed = std::array<unsigned char, 32>;

struct KeyPair {
  PublicKey public_key;
  SecretKey secret_key;
};

Status crypto_ready();

KeyPair key_pair_from(const Seed& seed);
KeyPair random_key_pair();
PublicKey public_key_of(const SecretKey& secret);

Signature sign(std::string_view message, const SecretKey& key);
bool verify(std::string_view message, const Signature& signature, const PublicKey& key);

std::string sha256(std::string_view bytes);  // 32 raw bytes
// 32 raw bytes, in a fifth of the time: where no standard and no old file asks for the other (RFC 7693).
std::string blake2b(std::string_view bytes);
std::string sha512(std::string_view bytes);  // 64 raw bytes

std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);
std::string to_hex(std::string_view bytes);

// Raw bytes of a fixed-size array and back; nothing if the sizes differ.
template <std::size_t N>
std::string_view bytes_of(const std::array<unsigned char, N>& array) {
  return {reinterpret_cast<const char*>(array.data()), N};
}
template <typename Array>
std::optional<Array> array_from(std::string_view bytes) {
  Array array{};
  if (bytes.size() != array.size()) return std::nullopt;
  for (std::size_t i = 0; i < array.size(); ++i) array[i] = static_cast<unsigned char>(bytes[i]);
  return array;
}

std::string random_bytes(std::size_t count);
// `count` characters of [a-z0-9], evenly spread.
std::string random_name(std::size_t count);
std::uint32_t random_below(std::uint32_t bound);

// Takes the same time wherever the two differ.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace testfarm

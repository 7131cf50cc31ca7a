#include "store/clients/usage.hpp"

#include <cstdio>

#include "base/text.hpp"

namespace testfarm {
namespace {

constexpr std::size_t line_size = 64;

std::string day_name(Millis now) { return compact_time(now).substr(0, 8); }

// "20261121 bytes 000000001234 executions 0000000012": of another day, it counts for nothing.
Usage parse(std::string_view line, const std::string& day) {
  const auto words = split(line, ' ');
  if (words.size() != 5 || words[0] != day) return {};
  return {to_unsigned(words[2]).value_or(0), to_unsigned(trim(words[4])).value_or(0)};
}

std::string format(const Usage& usage, const std::string& day) {
  char line[line_size + 1];
  std::snprintf(line, sizeof line, "%s bytes %020llu executions %010llu", day.c_str(),
                static_cast<unsigned long long>(usage.bytes),
                static_cast<unsigned long long>(usage.executions));
  return std::string(line) + '\n';
}

}  // namespace

Result<Usage> usage_of_day(const Layout& layout, const ClientKey& client, Millis now) {
  const Path path = layout.client_usage(client);
  auto file = open_file(path, Open::read);
  if (!file && file.error().kind == ErrorKind::not_found) return Usage{};
  if (!file) return fail(std::move(file).error());
  TRY_SET(const std::string line, read_at(*file, 0, line_size, path));
  return parse(line, day_name(now));
}

Result<Usage> add_usage(const Layout& layout, const ClientKey& client, Millis now, const Usage& more) {
  const Path path = layout.client_usage(client);
  TRY_SET(const Fd file, open_file(path, Open::update_create));
  TRY(lock_file(file, second_ms / 5, path));
  TRY_SET(const std::string line, read_at(file, 0, line_size, path));
  const std::string day = day_name(now);
  Usage usage = parse(line, day);
  usage.bytes += more.bytes;
  usage.executions += more.executions;
  TRY(write_at(file, 0, format(usage, day), path));
  return usage;
}

}  // namespace testfarm

#include "schema/ids.hpp"

#include <algorithm>
#include <array>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace testfarm {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower_or_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'z'); }

bool is_device_name(std::string_view text) {
  constexpr std::array names{"con", "prn", "aux", "nul"};
  if (std::find(names.begin(), names.end(), text) != names.end()) return true;
  return text.size() == 4 && (text.starts_with("com") || text.starts_with("lpt")) && is_digit(text[3]);
}

Status check_slug(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return fail(
        ErrorKind::bad_input,
        concat("the name ", in_quotes(text), ' ', why,
               "; names are a-z, 0-9, - and _, begin with a letter or digit and have 1 to 64 characters"));
  };
  if (text.empty()) return wrong("is empty");
  if (text.size() > 64) return wrong("is too long");
  if (!is_lower_or_digit(text.front())) return wrong("begins with something else");
  for (const char c : text)
    if (!is_lower_or_digit(c) && c != '-' && c != '_') return wrong("has another character in it");
  if (is_device_name(text)) return wrong("is a device's name on Windows");
  return {};
}

}  // namespace

template <typename Tag>
Result<Slug<Tag>> Slug<Tag>::parse(std::string_view text) {
  TRY(check_slug(text));
  return Slug(text);
}
template class Slug<ProjectTag>;
template class Slug<ClientTag>;

Result<ClientNames> ClientNames::parse(std::string_view text) {
  // Whether what stands before the star may begin a name, a name that goes on tells.
  if (text.ends_with('*'))
    TRY(check_slug(concat(text.substr(0, text.size() - 1), 'x')));
  else
    TRY(check_slug(text));
  return ClientNames(text);
}

bool ClientNames::contain(const ClientId& client) const {
  if (!are_several()) return client.text() == text_;
  return client.text().starts_with(std::string_view(text_).substr(0, text_.size() - 1));
}

Result<ExecutionId> ExecutionId::parse(std::string_view text) {
  constexpr std::string_view shape = "dddddddd-dddddd-xxxxxx";
  bool good = text.size() == shape.size();
  for (std::size_t i = 0; good && i < shape.size(); ++i)
    good = shape[i] == '-'   ? text[i] == '-'
           : shape[i] == 'd' ? is_digit(text[i])
                             : is_lower_or_digit(text[i]);
  if (good) {
    const std::string_view month = text.substr(4, 2);
    const std::string_view day = text.substr(6, 2);
    good = month >= "01" && month <= "12" && day >= "01" && day <= "31";
  }
  if (!good)
    return fail(ErrorKind::bad_input,
                concat(in_quotes(text), " is no execution id; one looks like 20261121-142005-k3x9ab"));
  return ExecutionId(text);
}

ExecutionId ExecutionId::make(Millis now) {
  // A client's clock may be anywhere; the id has room for the years 0000 to 9999.
  const Millis in_range = std::clamp(now, from_civil(0, 1, 1), from_civil(10000, 1, 1) - 1);
  return ExecutionId(compact_time(in_range) + '-' + random_name(6));
}

bool is_directory_of_site(std::string_view name) {
  constexpr std::array<std::string_view, 6> all{"commit", "commits", "failure", "history", "search", "tests"};
  return std::find(all.begin(), all.end(), name) != all.end();
}

Status may_name_a_client(const ClientId& name) {
  if (!is_directory_of_site(name.text())) return {};
  return fail(ErrorKind::bad_input,
              concat("a client cannot be called ", name.text(), ": the project has pages there"));
}

std::string name_of(const ClientKey& client) {
  return concat(client.project.text(), '/', client.client.text());
}

std::optional<ClientKey> client_called(std::string_view name) {
  const auto parts = split(name, '/');
  if (parts.size() != 2) return std::nullopt;
  auto project = ProjectId::parse(parts[0]);
  auto client = ClientId::parse(parts[1]);
  if (!project || !client) return std::nullopt;
  return ClientKey{*std::move(project), *std::move(client)};
}

Result<KeyId> KeyId::parse(std::string_view text) {
  const auto parts = split(text, '.');
  const auto number = parts.size() == 3 ? to_unsigned(parts[2]) : std::nullopt;
  if (!number)
    return fail(ErrorKind::bad_input,
                concat(in_quotes(text), " is no key id; one looks like project.client.1"));
  TRY_SET(ProjectId project, ProjectId::parse(parts[0]));
  TRY_SET(ClientId client, ClientId::parse(parts[1]));
  return KeyId{{std::move(project), std::move(client)}, *number};
}

std::string KeyId::text() const {
  return concat(owner.project.text(), '.', owner.client.text(), '.', number);
}

}  // namespace testfarm

#include "generator/site/forge.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"

namespace testfarm {
namespace {

struct Address {
  std::string host, path;  // "github.com", "owner/name"
};

bool may_be_in_path(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._-~+/").find(c) != std::string_view::npos;
}

bool is_host(std::string_view host) {
  return host.find('.') != std::string_view::npos && !host.starts_with('.') && !host.ends_with('.') &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
         });
}

// "https://user@host:port/path.git?query", "ssh://git@host/path", "git@host:path": host and path, or nothing.
std::optional<Address> address_of(std::string_view url) {
  std::string_view host;
  std::string_view path;
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) {
    constexpr std::array<std::string_view, 4> known{"https", "http", "ssh", "git"};
    if (std::find(known.begin(), known.end(), url.substr(0, scheme)) == known.end()) return std::nullopt;
    url.remove_prefix(scheme + 3);
    const auto slash = url.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    host = url.substr(0, slash);
    path = url.substr(slash + 1);
    if (const auto user = host.rfind('@'); user != std::string_view::npos) host.remove_prefix(user + 1);
    if (const auto port = host.rfind(':'); port != std::string_view::npos) host = host.substr(0, port);
  } else {
    const auto colon = url.find(':');
    if (colon == std::string_view::npos || url.find('@') > colon) return std::nullopt;
    host = url.substr(0, colon);
    path = url.substr(colon + 1);
    if (const auto user = host.rfind('@'); user != std::string_view::npos) host.remove_prefix(user + 1);
  }
  path = path.substr(0, path.find_first_of("?#"));
  while (path.ends_with('/')) path.remove_suffix(1);
  while (path.starts_with('/')) path.remove_prefix(1);
  if (path.ends_with(".git")) path.remove_suffix(4);
  std::string lower(host);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const bool fine = is_host(lower) && !path.empty() &&
                    std::all_of(path.begin(), path.end(), may_be_in_path) &&
                    path.find("..") == std::string_view::npos && path.find("//") == std::string_view::npos;
  return fine ? std::optional(Address{lower, std::string(path)}) : std::nullopt;
}

// Hosts that anybody may have repositories on, and whose addresses are known.
std::string_view known_forge(std::string_view host) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 16> known{{
      {"github.com", "github"},
      {"gitlab.com", "gitlab"},
      {"salsa.debian.org", "gitlab"},
      {"gitlab.freedesktop.org", "gitlab"},
      {"gitlab.gnome.org", "gitlab"},
      {"invent.kde.org", "gitlab"},
      {"framagit.org", "gitlab"},
      {"gitlab.xiph.org", "gitlab"},
      {"code.videolan.org", "gitlab"},
      {"gitlab.inria.fr", "gitlab"},
      {"codeberg.org", "gitea"},
      {"gitea.com", "gitea"},
      {"code.forgejo.org", "gitea"},
      {"git.sr.ht", "sourcehut"},
      {"git.kernel.org", "cgit"},
      {"git.zx2c4.com", "cgit"},
  }};
  const auto found =
      std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.first == host; });
  return found == known.end() ? std::string_view() : found->second;
}

// Of a host that the maintainer named: by what is in its name.
std::string_view forge_by_name(const Address& address) {
  if (const std::string_view known = known_forge(address.host); !known.empty()) return known;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> words{{{"github", "github"},
                                                                                {"gitlab", "gitlab"},
                                                                                {"gitea", "gitea"},
                                                                                {"forgejo", "gitea"},
                                                                                {"sr.ht", "sourcehut"},
                                                                                {"cgit", "cgit"},
                                                                                {"gitweb", "gitweb"}}};
  const std::string all = concat(address.host, '/', address.path);
  for (const auto& [word, forge] : words)
    if (all.find(word) != std::string::npos) return forge;
  return {};
}

std::string filled(std::string text, std::string_view mark, std::string_view value) {
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
    text.replace(at, mark.size(), value);
  return text;
}

bool is_revision(std::string_view revision) {
  return !revision.empty() && revision.size() <= 64 &&
         std::all_of(revision.begin(), revision.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
         });
}

std::string percent_encoded(std::string_view path) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (const char c : path) {
    if (may_be_in_path(c) && c != '+') {
      text += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    text += {'%', digits[byte >> 4U], digits[byte & 15U]};
  }
  return text;
}

struct Patterns {
  std::string commit, compare, file;
};

Patterns gitweb(const Address& address) {
  const auto slash = address.path.rfind('/');
  const std::string where = slash == std::string::npos ? "" : address.path.substr(0, slash + 1);
  const std::string name = address.path.substr(slash == std::string::npos ? 0 : slash + 1);
  const std::string query = concat("https://", address.host, '/', where, "?p=", name, ".git;a=");
  return {.commit = query + "commit;h={revision}", .file = query + "blob;f={path};hb={revision}#l{line}"};
}

// cgit names a repository as it is cloned: with .git where that is in its directory's name.
Patterns patterns_of(std::string_view kind, const Address& address, bool dot_git) {
  const std::string base = concat("https://", address.host, '/', address.path);
  if (kind == "github")
    return {.commit = base + "/commit/{revision}",
            .compare = base + "/compare/{from}...{to}",
            .file = base + "/blob/{revision}/{path}#L{line}"};
  if (kind == "gitlab")
    return {.commit = base + "/-/commit/{revision}",
            .compare = base + "/-/compare/{from}...{to}",
            .file = base + "/-/blob/{revision}/{path}#L{line}"};
  if (kind == "gitea")
    return {.commit = base + "/commit/{revision}",
            .compare = base + "/compare/{from}...{to}",
            .file = base + "/src/commit/{revision}/{path}#L{line}"};
  if (kind == "sourcehut")
    return {.commit = base + "/commit/{revision}", .file = base + "/tree/{revision}/item/{path}#L{line}"};
  if (kind == "cgit") {
    const std::string cloned = base + (dot_git ? ".git" : "");
    return {.commit = cloned + "/commit/?id={revision}",
            .compare = cloned + "/log/?qt=range&q={from}..{to}",
            .file = cloned + "/tree/{path}?id={revision}#n{line}"};
  }
  return kind == "gitweb" ? gitweb(address) : Patterns{};
}

}  // namespace

Forge::Forge(std::string commit, std::string compare, std::string file)
    : commit_(std::move(commit)), compare_(std::move(compare)), file_(std::move(file)) {}

Forge Forge::of(const ProjectConfig& project, std::string_view name, std::string_view url) {
  const auto rule = std::find_if(project.repositories.begin(), project.repositories.end(),
                                 [&](const RepositoryRule& one) { return one.name == name; });
  const bool ruled = rule != project.repositories.end();
  const auto address = address_of(ruled && !rule->url.empty() ? std::string_view(rule->url) : url);
  std::string kind;
  if (ruled && !rule->forge.empty())
    kind = rule->forge;
  else if (address)
    kind = ruled && !rule->url.empty() ? forge_by_name(*address) : known_forge(address->host);
  Forge forge;
  if (address) {
    const bool dot_git = (ruled && !rule->url.empty() ? std::string_view(rule->url) : url).ends_with(".git");
    const Patterns patterns = patterns_of(kind, *address, dot_git);
    forge = {patterns.commit, patterns.compare, patterns.file};
  }
  if (ruled && !rule->commit_url.empty()) forge.commit_ = rule->commit_url;
  if (ruled && !rule->compare_url.empty()) forge.compare_ = rule->compare_url;
  if (ruled && !rule->file_url.empty()) forge.file_ = rule->file_url;
  return forge;
}

std::string Forge::commit(std::string_view revision) const {
  return is_revision(revision) ? filled(commit_, "{revision}", revision) : std::string();
}

std::string Forge::compare(std::string_view from, std::string_view to) const {
  if (!is_revision(from) || !is_revision(to)) return {};
  return filled(filled(compare_, "{from}", from), "{to}", to);
}

std::string Forge::file(std::string_view revision, std::string_view path, std::uint64_t line) const {
  if (!is_revision(revision) || path.empty() || path.starts_with('/') ||
      path.find("..") != std::string_view::npos)
    return {};
  return filled(filled(filled(file_, "{line}", std::to_string(line)), "{revision}", revision), "{path}",
                percent_encoded(path));
}

std::string Forge::host() const {
  const auto from = commit_.find("://");
  if (from == std::string::npos) return {};
  return commit_.substr(from + 3, commit_.find('/', from + 3) - from - 3);
}

SourcePlace source_place(std::string_view error, std::string_view repository) {
  const auto colon = error.find(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  std::string_view path = error.substr(0, colon);
  std::string_view rest = error.substr(colon + 1);
  const std::string_view digits = rest.substr(0, rest.find_first_not_of("0123456789"));
  const auto line = to_unsigned(digits);
  if (!line || *line == 0 || path.find_first_of(" \t()'\"<>") != std::string_view::npos) return {};
  if (path.starts_with('/')) {
    const std::string directory = concat('/', repository, '/');
    const auto at = path.rfind(directory);
    if (repository.empty() || at == std::string_view::npos) return {};
    path.remove_prefix(at + directory.size());
  }
  for (bool cut = true; cut;) {
    cut = path.starts_with("../") || path.starts_with("./");
    if (cut) path.remove_prefix(path.find('/') + 1);
  }
  if (path.find("..") != std::string_view::npos || path.find('.') == std::string_view::npos) return {};
  return {std::string(path), *line};
}

}  // namespace testfarm

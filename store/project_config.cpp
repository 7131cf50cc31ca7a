#include "store/project_config.hpp"

#include "base/text.hpp"
#include "store/config_reader.hpp"

namespace testfarm {
namespace {

Link read_link(const toml_file::Value& table, std::vector<std::string>& problems) {
  toml_file::Reader reader(table, problems);
  Link link{reader.required_text("title"), reader.required_text("url")};
  if (!is_web_address(link.url)) reader.problem(table, "url must begin with http:// or https://");
  reader.done();
  return link;
}

RepositoryRule read_repository(const toml_file::Value& table, std::vector<std::string>& problems) {
  toml_file::Reader reader(table, problems);
  RepositoryRule rule{.name = reader.required_text("name"), .url = reader.text("url")};
  const std::vector<std::string> forges{"",          "github", "gitlab", "gitea",
                                        "sourcehut", "cgit",   "gitweb", "none"};
  rule.forge = forges[reader.choice("forge", forges, 0)];
  if (!rule.forge.empty() && rule.forge != "none" && rule.url.empty())
    reader.problem(table, "forge says what kind of forge url is on: say url, too");
  const auto link = [&](const char* key, std::initializer_list<const char*> wanted) {
    std::string value = reader.text(key);
    if (!value.empty() && !value.starts_with("https://") && !value.starts_with("http://"))
      reader.problem(table, concat(key, " must begin with https:// or http://"));
    for (const char* part : wanted)
      if (!value.empty() && value.find(part) == std::string::npos)
        reader.problem(table, concat(key, " must have ", part));
    return value;
  };
  rule.commit_url = link("commit_url", {"{revision}"});
  rule.compare_url = link("compare_url", {"{from}", "{to}"});
  rule.file_url = link("file_url", {"{revision}", "{path}"});
  reader.done();
  return rule;
}

void read_shown(const toml_file::Value& table, std::vector<std::string>& problems, ProjectConfig& config) {
  toml_file::Reader reader(table, problems);
  config.pinned = reader.text_or_texts("pinned");
  config.branches_for = reader.duration("branches_for", 0) * second_ms;
  config.noindex = reader.flag("noindex", false);
  if (config.branches_for != 0 && config.branches_for < day_ms)
    reader.problem(table, "branches_for must be a day at least, as in \"30d\", or 0 for no end");
  reader.done();
}

void read_known(const toml_file::Value& table, std::vector<std::string>& problems,
                std::vector<KnownProblem>& known) {
  toml_file::Reader reader(table, problems);
  const std::string expression = reader.required_text("pattern");
  const std::string title = reader.required_text("title");
  const std::string url = reader.text("url");
  auto pattern = Regex::compile(expression);
  if (!pattern) reader.problem(table, pattern.error().context);
  if (!url.empty() && !is_web_address(url)) reader.problem(table, "url must begin with http:// or https://");
  reader.done();
  if (pattern) known.push_back({*std::move(pattern), title, url});
}

StatRule read_stat_rule(const toml_file::Value& table, std::vector<std::string>& problems) {
  toml_file::Reader reader(table, problems);
  StatRule rule;
  rule.name = reader.required_text("name");
  const std::string better = reader.text("better", "neither");
  if (better != "neither" && better != "smaller" && better != "bigger")
    reader.problem(table, "better must be \"smaller\", \"bigger\" or \"neither\"");
  rule.better = better == "smaller" ? Better::smaller : better == "bigger" ? Better::bigger : Better::neither;
  rule.relative = reader.number("relative", rule.relative, 0, 1000);
  rule.absolute = reader.number("absolute", rule.absolute, 0, 1e300);
  reader.done();
  return rule;
}

}  // namespace

Result<ProjectConfig> read_project_config(const Layout& layout, const ProjectId& id) {
  const Path path = layout.project_toml(id);
  ProjectConfig config;
  config.title = id.text();
  TRY(read_optional_toml(path, [&](toml_file::Reader& reader, std::vector<std::string>& problems) {
    config.title = reader.text("title", config.title);
    config.description = reader.text("description");
    config.branch = reader.text("branch");
    config.main_stat = reader.text("main_stat");
    config.tokens = reader.flag("tokens", false);
    for (const auto* table : reader.tables("shown")) read_shown(*table, problems, config);
    for (const auto* table : reader.tables("link")) config.links.push_back(read_link(*table, problems));
    for (const auto* table : reader.tables("repository"))
      config.repositories.push_back(read_repository(*table, problems));
    for (const auto* table : reader.tables("known")) read_known(*table, problems, config.known);
    for (const auto* table : reader.tables("stat")) config.stats.push_back(read_stat_rule(*table, problems));
  }));
  return config;
}

std::string project_toml_text(const std::string& title, const std::string& description) {
  return concat(
      "# This project. Programs read this file and never change it.\n\ntitle = ", toml_quoted(title),
      "\n# One line below the title.\ndescription = ", toml_quoted(description),
      "\n# The branch that decides how the project stands. Empty: guessed (main, master, trunk …).\n"
      "branch = \"\"\n"
      "\n# Which other branches count in headlines, badges and lists. pinned: always, and first. "
      "branches_for: "
      "the others\n# for so long after their last execution; 0: until testfarm-admin branch retire.\n"
      "# [shown]\n# pinned = [\"stable\"]\n# branches_for = \"30d\"\n"
      "# Search engines are asked not to list pages of executions that are written from now on.\n"
      "# noindex = true\n"
      "\n# The stat of which the summary shows a small plot, for instance \"binary size, KiB\". "
      "Empty: the first by "
      "name.\nmain_stat = \"\"\n\n# Whether clients may send events with a token instead of a "
      "signature: testfarm-admin "
      "client token.\n"
      "# Whoever sees a token can send as that client; take it for what cannot sign.\ntokens = false\n"
      "\n# Links on the project's pages, as many as you like:\n# [[link]]\n# title = \"Source\"\n# "
      "url = \"https://…\"\n"
      "\n# Where a forge shows commits, for links. GitHub, GitLab, Codeberg, sourcehut and others are known "
      "by "
      "what clients fetch.\n# [[repository]]\n# name = \"source\"\n# url = "
      "\"https://git.example.org/x.git\"\n"
      "# forge = \"cgit\"  # or github, gitlab, gitea, sourcehut, gitweb, none\n"
      "\n# Failures that are known: where the first error matches the expression (RE2), pages say so.\n"
      "# [[known]]\n# pattern = 'JACK server (not running|could not be started)'\n# title = \"No sound "
      "card on this machine\"\n# url = \"https://…\"\n"
      "\n# Which way a stat should go, and the change of it that is not worth a word.\n"
      "# [[stat]]\n# name = \"binary size, KiB\"\n# better = \"smaller\"   # or bigger, or neither\n"
      "# relative = 0.02      # of the usual value\n# absolute = 0         # in the stat's own unit\n");
}

}  // namespace testfarm

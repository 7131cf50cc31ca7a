#include "admin/check.hpp"

#include <ostream>

#include "base/file.hpp"
#include "base/gzip.hpp"
#include "base/text.hpp"
#include "schema/codec.hpp"
#include "store/clients/register.hpp"
#include "store/farm_config.hpp"
#include "store/index/index.hpp"
#include "store/log/frame.hpp"
#include "store/log/summary_file.hpp"

namespace testfarm {
namespace {

class Check {
 public:
  Check(const Layout& layout, std::ostream& out) : layout_(layout), out_(out) {}

  Status run() {
    TRY_SET(const FarmConfig config, read_farm_config(layout_));
    // Read as it was before: told, and no problem.
    for (const std::string& remark : config.remarks)
      out_ << layout_.farm_toml().string() << ": " << remark << '\n';
    check_site(config);
    check_index();
    TRY_SET(const auto projects, list_directory(layout_.projects()));
    for (const auto& name : projects) {
      const auto id = ProjectId::parse(name);
      if (!id)
        found(layout_.projects() / name, "is no project's name; move it out of the farm");
      else
        TRY(check_project(layout_.names().now(*id)));
    }
    return {};
  }
  const CheckReport& report() const { return report_; }

 private:
  void found(const Path& what, std::string_view finding) {
    ++report_.problems;
    out_ << what.string() << ": " << finding << '\n';
  }

  // base/ and store/ refuse what they cannot use; here their refusal is a finding like others.
  template <typename Value>
  void expect(const Path& what, const Result<Value>& result) {
    if (!result) found(what, result.error().context);
  }

  void check_site(const FarmConfig& config) {
    if (!file_exists(config.site))
      found(config.site, "the site's directory is missing; testfarm-generate makes it");
    const auto relative =
        layout_.root().lexically_normal().lexically_relative(config.site.lexically_normal());
    if (!relative.empty() && *relative.begin() != "..")
      found(layout_.root(),
            "the farm's data lies inside the site, where browsers could read it; move one of the two");
  }

  void check_index() {
    const auto index = Index::open(layout_, 5 * second_ms);
    expect(layout_.current_index(), index);
  }

  Status check_project(const ProjectId& id) {
    expect(layout_.project_toml(id), read_project_config(layout_, id));
    TRY_SET(const auto names, list_directory(layout_.clients(id)));
    for (const auto& name : names) {
      const auto client = ClientId::parse(name);
      if (!client)
        found(layout_.clients(id) / name, "is no client's name; move it out of the farm");
      else
        TRY(check_directory({id, *client}));
    }
    return {};
  }

  // Two of one name would be taken for one.
  Status check_directory(const ClientKey& called) {
    const ClientKey now = layout_.names().now(called);
    if (layout_.client(now).filename() == called.client.text()) return check_client(now);
    found(layout_.clients(called.project) / called.client.text(),
          concat("has the name that ", layout_.client(now).string(),
                 " was given; move it out of the farm, and the logs in it by hand"));
    return {};
  }

  Status check_client(const ClientKey& key) {
    ++report_.clients;
    expect(layout_.client_log(key), read_client_register(layout_, key));
    expect(layout_.client_toml(key), read_client_config(layout_, key));
    TRY_SET(const auto names, list_directory(layout_.client(key)));
    for (const auto& month : names) {
      if (!parse_month(month)) continue;
      TRY_SET(const auto logs, list_directory(layout_.client(key) / month));
      for (const auto& log : logs)
        if (const auto execution = execution_of_log(log))
          check_log({key, *execution}, layout_.client(key) / month / log);
    }
    return {};
  }

  void check_log(const ExecutionKey& key, const Path& path) {
    ++report_.logs;
    auto bytes = read_file(path);
    if (bytes && path.extension() == ".gz") bytes = gunzip(*bytes, 1U << 30);
    expect(path, bytes);
    if (!bytes) return;
    FrameReader reader(reading(*bytes), 0, bytes->size());
    std::uint64_t next = 1;
    bool ended = false;
    while (const auto frame = reader.next().value_or(std::nullopt)) {
      if (frame->header.from != next)
        found(path, concat("events ", next, " to ", frame->header.from - 1, " are missing"));
      next = frame->header.next;
      ended = frame->header.end;
      check_lines(path, *frame);
    }
    if (reader.bad_places() > 0)
      found(path, concat(reader.bad_bytes(), " bytes in ", counted(reader.bad_places(), "place"),
                         " are damaged; restore it from a backup, or live with the loss: pages say it"));
    if (reader.offset() < bytes->size())
      found(path, concat("its last ", bytes->size() - reader.offset(),
                         " bytes are a torn write; the client's next report sets them aside"));
    const auto line = find_summary_line(layout_, key);
    expect(layout_.summaries(key), line);
    if (ended && line && !*line && !file_exists(layout_.marker(key)))
      found(path, "has ended and has neither summary nor marker; testfarm-admin rebuild mends it");
  }

  void check_lines(const Path& path, const Frame& frame) {
    for (const std::string_view line : split_lines(frame.lines)) {
      ++report_.events;
      if (const auto event = decode_event(line); !event)
        found(path, concat("event ", event_number(line).value_or(0), ": ", event.error().context));
    }
  }

  const Layout& layout_;
  std::ostream& out_;
  CheckReport report_;
};

}  // namespace

Result<CheckReport> check_farm(const Layout& layout, std::ostream& out) {
  Check check(layout, out);
  TRY(check.run());
  return check.report();
}

}  // namespace testfarm

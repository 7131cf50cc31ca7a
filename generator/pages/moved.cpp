#include "generator/pages/moved.hpp"

#include "base/text.hpp"
#include "generator/html/render.hpp"
#include "generator/pages/frame.hpp"
#include "generator/site/paths.hpp"

namespace testfarm {
namespace {

// "engine/box/index.html" is the page of engine/box, and "engine/box/20261121-….html" that of an execution.
std::string said(std::string_view path) {
  for (const std::string& end : {concat('/', index_file), std::string(".html")})
    if (path.ends_with(end)) path.remove_suffix(end.size());
  return std::string(path);
}

}  // namespace

std::string moved_page(const FarmConfig& farm, const std::string& from, const std::string& to) {
  const std::string root = way_up(from);
  Fields fields = page_fields(
      farm,
      {.root = root, .title = concat(said(to), ", ", farm.title), .state = "none", .feed = {}, .live = {}});
  fields["noindex"] = std::string("yes");
  fields["moved"] = root + to;
  fields["before"] = said(from);
  fields["now"] = said(to);
  return render("moved", std::move(fields));
}

}  // namespace testfarm

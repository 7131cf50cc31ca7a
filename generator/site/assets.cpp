#include "generator/site/assets.hpp"

#include "base/crypto.hpp"
#include "generator/html/ansi_css.hpp"
#include "generator/html/templates.hpp"
#include "templates/barn-fail.svg.hpp"
#include "templates/barn-none.svg.hpp"
#include "templates/barn-pass.svg.hpp"
#include "templates/barn-trouble.svg.hpp"
#include "templates/client.js.hpp"
#include "templates/dygraph.css.hpp"
#include "templates/dygraph.js.hpp"
#include "templates/farm.js.hpp"
#include "templates/live.js.hpp"
#include "templates/style.css.hpp"

namespace testfarm {

std::vector<Asset> site_assets() {
  static const std::string style = std::string(embedded::style_css) + palette_css();
  return {{"style.css", style},
          {"client.js", embedded::client_js},
          {"dygraph.js", embedded::dygraph_js},
          {"dygraph.css", embedded::dygraph_css},
          {"farm.js", embedded::farm_js},
          {"live.js", embedded::live_js},
          {"barn-pass.svg", embedded::barn_pass_svg},
          {"barn-fail.svg", embedded::barn_fail_svg},
          {"barn-trouble.svg", embedded::barn_trouble_svg},
          {"barn-none.svg", embedded::barn_none_svg}};
}

std::string design_version() {
  std::string all = TESTFARM_VERSION;
  for (const Asset& asset : site_assets()) all += asset.bytes;
  for (std::size_t i = 0; i < template_count; ++i) all += template_text(i);
  return to_hex(blake2b(all));
}

}  // namespace testfarm

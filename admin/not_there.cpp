#include "admin/not_there.hpp"

#include "base/text.hpp"

namespace testfarm {

Error no_client(const Layout& layout, const ClientKey& client) {
  return {ErrorKind::not_found,
          concat("there is no client ", client.project.text(), '/', client.client.text(),
                 "; testfarm-admin client list ", layout.root().string(), " names them")};
}

Error no_project(const Layout& layout, const ProjectId& project) {
  return {ErrorKind::not_found,
          concat("there is no project ", project.text(), "; testfarm-admin project list ",
                 layout.root().string(), " names them")};
}

}  // namespace testfarm

#include "store/log/marker.hpp"

namespace testfarm {

Result<bool> put_marker(const Layout& layout, const Path& marker) {
  // A look first: it takes no lock of the directory, and nearly always the marker is there.
  if (file_exists(marker)) return false;
  auto made = make_empty_file(marker);
  if (made || made.error().kind != ErrorKind::not_found) return made;
  TRY(make_directories(layout.open(), Sync::yes));
  return make_empty_file(marker);
}

}  // namespace testfarm

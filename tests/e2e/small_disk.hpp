// A disk of one megabyte: a tmpfs that only this process and its children see. Mounted before the tests give
// up root; there is none where they had no root to give up.
#pragma once

#include <boost/test/unit_test.hpp>

#include "base/file.hpp"

namespace testfarm {

void mount_small_disk(const Path& where);
const Path& small_disk();  // empty where there is none
boost::test_tools::assertion_result has_small_disk(boost::unit_test::test_unit_id id);

}  // namespace testfarm

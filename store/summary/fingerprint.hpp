// What a failure is recognised by: its first error without what differs from machine to machine and from run
// to run. docs/SITE.md has the rules in words; tests/golden/errors what real tools say, and what is left of
// it.
#pragma once

#include <string>
#include <string_view>

namespace testfarm {

// A line of output: directories, line numbers, addresses, hashes, times, numbers and names of temporary files
// taken out, quotation marks made one kind, blanks one.
std::string normalised(std::string_view line);

// 16 hexadecimal digits: the beginning of a SHA-256. What is compared is what and where together, so that the
// same words of two tests are two failures. Neither is normalised here.
std::string fingerprint_of(std::string_view where, std::string_view what);

}  // namespace testfarm

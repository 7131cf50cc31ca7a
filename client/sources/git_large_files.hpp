// Git LFS: files of which a repository has pointers only (git-lfs's docs/spec.md).
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "client/sources/git_access.hpp"

namespace testfarm {

// Files of the working copy that .gitattributes gives to LFS and that are pointers still, by their path.
Result<std::vector<std::string>> lfs_pointers(git_repository* repository);

// Whether the repository's own .lfsconfig names an address on another host than `url`: what the user trusts
// that one with is none of this one's business.
bool lfs_leads_away(git_repository* repository, const std::string& url);
// What the pointers of a working copy stand for is fetched, and looked at. unavailable where some stay
// pointers, unless .lfsconfig leaves some out on purpose.
Status real_large_files(git_repository* repository, const RepositoryDefinition& definition,
                        GitAccess& access);

}  // namespace testfarm

// A git clone that something went wrong with: a kill, a power cut, a full disk.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "client/sources/git_library.hpp"

namespace testfarm {

// The clones of submodules: they lie in .git/modules, by names that may have slashes.
std::vector<Path> clones_in(const Path& modules);

// Takes away the locks and half packs that a killed one left, in the clones of submodules too, and the note
// of a failed collection, beside which git collects no more; nobody else works there.
Status remove_git_locks(const RepositoryDefinition& definition);

// Takes away objects that a power cut tore: libgit2 1.5 reads one that ends too early for ever. What is
// missing then is noticed. Only objects by themselves: packs have checksums that are looked at.
Status remove_torn_objects(const RepositoryDefinition& definition);

// Of a check-out that was killed on its way from HEAD to `targets`: which of its files are whose nobody
// knows, so all of them are taken for tracked and changed. The next one writes its own, and removes the
// others.
Status distrust_files(const RepositoryDefinition& definition, const std::vector<std::string>& targets);

// A file of HEAD that is missing, in conflict or something else (a directory, say), and how; empty for none.
// One whose bytes differ is none, unless it is only the beginning of what it should be: line ends that a
// repository itself has wrong are git's business.
Result<std::string> git_wrong_file(git_repository* repository, const RepositoryDefinition& definition);

// Whether an object, a reference or the way from the one to the others cannot be read. Slow: reads all.
bool git_damaged(const RepositoryDefinition& definition);

}  // namespace testfarm

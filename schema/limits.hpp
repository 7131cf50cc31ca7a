// What a message may hold. Both ends build from these; events.md says why each is what it is.
#pragma once

#include <cstddef>
#include <cstdint>

namespace testfarm::limits {

// Bytes of one POST unless farm.toml says otherwise: mod_fcgid answers 500 above 128 KiB by default.
constexpr std::size_t body = 100 * 1024;
constexpr std::size_t event_line = 64 * 1024;   // bytes of one event with its line end
constexpr std::size_t output_text = 16 * 1024;  // bytes of text in one output event, before JSON escapes
constexpr std::size_t output_live =
    256 * 1024;  // bytes of a command's output sent as it comes; as many are kept for the end
constexpr std::uint64_t events = 1'000'000;  // events of one execution
constexpr std::size_t gone = 50;             // branches that a heartbeat names as gone
constexpr std::size_t name = 200;            // bytes of names: tasks, tests, stats, branches, authors
constexpr std::size_t url = 1000;
constexpr std::size_t command_text = 8 * 1024;
constexpr std::size_t message = 4 * 1024;  // a commit's message, a test's message, a reason
constexpr std::size_t info = 16 * 1024;
constexpr std::size_t tasks = 1000;   // tasks of an execution, commands of a task
constexpr std::size_t changes = 500;  // changes of one repository in one execution
constexpr std::size_t repositories = 50;
constexpr std::size_t facts = 50;
constexpr std::size_t stats = 200;  // of one command
constexpr std::size_t tests_per_event = 100;

constexpr std::uint64_t any_number = 1ULL << 53;  // of our own files: what a JSON number holds exactly

}  // namespace testfarm::limits

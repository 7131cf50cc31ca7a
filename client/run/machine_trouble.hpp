// What is the machine's fault and not the code's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/definition/definition.hpp"
#include "client/run/command_runner.hpp"
#include "schema/event.hpp"

namespace testfarm {

// The first of these programs that is not on the PATH; empty where all are.
std::string missing_program(const std::vector<std::string>& names);

// The program of a statement that is one simple command with a plain name: "CC=gcc make -j2" → make. Empty
// for any other.
std::string program_of(std::string_view line);

// Why the failure of a command says nothing about the code: its program is not installed, or the disk is
// full. Empty where it may well.
std::string machine_trouble(const CommandDefinition& command, const CommandEnded& end,
                            const Definition& definition, CommandRunner& runner);

}  // namespace testfarm

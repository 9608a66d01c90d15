#pragma once

// Other programs, run to their end.

#include <filesystem>
#include <string>
#include <vector>

namespace seqlab {

/// Runs words[0], looked for in PATH, with the others as arguments. Its stdout goes to the file `output`, else to stderr.
/// Returns its exit code, 128 + the signal where one killed it. EnvironmentError, ending in `remedy`, where it cannot be
/// started.
int run_program(std::vector<std::string> words, const std::string& remedy, const std::filesystem::path& output = {});

}  // namespace seqlab

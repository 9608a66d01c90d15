#pragma once

#include <string>

namespace seqlab {

/// Why this file is not a whole 64-bit ELF library, or "". The loader of the system trusts the file's own tables: a library
/// that was cut short (a build or copy that did not end) would kill the process instead of being refused.
std::string damage_of_library(const std::string& file);

}  // namespace seqlab

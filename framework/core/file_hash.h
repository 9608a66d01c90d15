#pragma once

// Content hashes of files, each file read once per process as long as it stays the same.

#include <string>

namespace seqlab {

/// SHA-256 of a file's content. Remembered by path, size and time of the last change, so that a plan of a thousand runs
/// reads its data once. EnvironmentError where the file cannot be read. One thread at a time.
std::string file_hash(const std::string& path);

}  // namespace seqlab

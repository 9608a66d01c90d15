#pragma once

#include <cstdint>
#include <span>

namespace seqlab {

/// Opens a new file in TMPDIR (else /tmp) that has no name: it is gone when its descriptor is closed. EnvironmentError.
int open_temporary_file();
/// Writes or reads all bytes at `offset`. EnvironmentError where that fails, naming the folder of temporary files.
void write_at(int file, std::int64_t offset, std::span<const char> bytes);
void read_at(int file, std::int64_t offset, std::span<char> bytes);

}  // namespace seqlab

#pragma once

#include <filesystem>
#include <string>

namespace seqlab {

/// All bytes of a file; one whose name ends in ".gz" is unpacked. UserError naming the file and a remedy where it is
/// missing, a folder, unreadable, or not the compressed file that its name says.
std::string read_whole_file(const std::filesystem::path& file);

}  // namespace seqlab

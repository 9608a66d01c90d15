#pragma once

// Files of what took time to make, so that no two runs make the same.

#include <filesystem>
#include <functional>
#include <string>

namespace seqlab {

/// How a thing comes out of its file, out of its making, and into its file.
struct KeptFile {
  std::string folder;                                      // below $XDG_CACHE_HOME/seqlab (else ~/.cache/seqlab)
  std::string name;                                        // of the file; begins with a hash over all that it depends on
  double worth_seconds = 1;                                // kept where making took longer
  std::function<bool(const std::filesystem::path&)> read;  // false or a thrown error: damaged, it is made anew
  std::function<void()> make;
  std::function<void(const std::filesystem::path&)> write;
};

/// Reads the file, else makes the thing and keeps it. Of several processes that ask for the same name, one makes it and the
/// others wait. Where nothing can be kept, all works as without files. The folder holds at most 8 GB: the files that were
/// not used for the longest time give way.
void read_or_make(const KeptFile& file);

}  // namespace seqlab

#pragma once

// Brings the files of a data set into a folder: copied from a mirror, else downloaded with the program curl. A file appears
// under its name only when its size and SHA-256 are those of the catalogue: there is never half a file.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "data/data_set.h"

namespace seqlab {

struct FetchReport {
  std::size_t present = 0;  // files that were there already, whole
  std::size_t copied = 0;
  std::size_t downloaded = 0;
};

/// `note` is told what happens, a line at a time. Files that are in `target` but differ from the catalogue are replaced.
/// UserError, before anything is changed, where a missing file has neither a place in the mirror nor an address; it says how
/// the set is obtained. EnvironmentError where a program (curl, unzip, tar, gzip) is missing or fails, a file cannot be
/// written, or what came is not what the catalogue says.
FetchReport fetch_data_set(const DataSet& set, const std::filesystem::path& target,
                           const std::optional<std::filesystem::path>& mirror,
                           const std::function<void(const std::string&)>& note);

/// How a set is obtained where not all of its files have addresses: what it was prepared from, and which mirror is needed.
std::string how_to_obtain(const DataSet& set);

}  // namespace seqlab

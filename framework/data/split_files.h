#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace seqlab {

/// What the lists `train`, `valid` and `test` of table [data] name, where each split is one file.
struct SplitLists {
  const std::vector<std::string>& train;
  const std::vector<std::string>& valid;
  const std::vector<std::string>& test;
  bool needs_test = true;  // train is always needed, valid never
};

/// The file of each split in `folder`, "" where a list is empty. `what` says what a file holds: "running text". UserError
/// where a split has too many files or lacks its own, or where files are listed although `source` is not 'files'.
std::array<std::filesystem::path, 3> split_files(const SplitLists& lists, std::string_view source, std::string_view what,
                                                 const std::filesystem::path& folder);

}  // namespace seqlab

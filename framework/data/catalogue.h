#pragma once

// The data sets that an experiment can name, and where their files are: in the mirror folder, which the environment variable
// SEQLAB_DATA_MIRROR names, else in the cache that `seqlab data get` fills (see data_folders.h). What is known of each set
// stands in data_set.h.

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace seqlab {

/// A parallel data set. A file's name starts at the mirror folder; the two of a split are its source and target side, or
/// twice the one file of trees that gives both.
struct CatalogueEntry {
  std::string_view name;
  std::string_view summary;
  std::array<std::string_view, 2> train;
  std::array<std::string_view, 2> valid;
  std::array<std::string_view, 2> test;
};

/// All data sets, by name.
std::span<const CatalogueEntry> catalogue();

/// What `source` in table [data] can be: "dates", "files" and the names of the catalogue.
std::vector<std::string> data_source_names();

/// UserError with did-you-mean and the known names (also those that need no files).
const CatalogueEntry& find_data_set(std::string_view name);

/// Source and target file of each split.
struct DataSetFiles {
  std::array<std::filesystem::path, 2> train;
  std::array<std::filesystem::path, 2> valid;
  std::array<std::filesystem::path, 2> test;
};

/// Where the files of a data set are; every one of them exists. UserError where neither the mirror nor the
/// cache holds them all.
DataSetFiles locate_data_set(std::string_view name);

/// The mirror where it holds all of `files` (names that start at the data folder) of the set `name`, else the cache.
/// UserError where neither does.
std::filesystem::path folder_of_data(std::string_view name, std::span<const std::string_view> files);

}  // namespace seqlab

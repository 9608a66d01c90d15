#pragma once

// What the data of a run are, apart from the options that name them: a file that changed under its old name is other data.

#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "data/translate_task.h"

namespace seqlab {

struct DataContent {
  std::string identity;                      // of files: one hash over all; of a generator: its name and version, "dates 1"
  std::map<std::string, std::string> files;  // absolute path -> SHA-256; empty for a generator
  int features = 0;                          // numbers in a vector that is read; 0: tokens
};

/// Hashes the files that these options name; `folder` is where relative names start. UserError for a data set that is not
/// there, EnvironmentError for a file that cannot be read.
DataContent data_content(const TranslateOptions& options, const std::string& folder);

/// The content of these files. EnvironmentError for a file that cannot be read.
DataContent content_of_files(std::span<const std::filesystem::path> files);

}  // namespace seqlab

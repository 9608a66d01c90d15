#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/options.h"

namespace seqlab {

/// The files that options of embeddings name: those options are called `file` and `corpus`, and may name a text or vectors
/// of the catalogue. By the setting's full name, "embedding.word2vec.corpus". UserError where a file of the catalogue is not
/// on this machine.
std::map<std::string, std::filesystem::path> embedding_files(const OptionValues& settings,
                                                             const std::filesystem::path& folder);

}  // namespace seqlab

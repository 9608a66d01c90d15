#pragma once

// Files of running text and of word vectors that options name.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace seqlab {

/// What is a text or a file of vectors in the catalogue: corpus_en, ptb (its training text), glove_100d ...
std::vector<std::string> named_files();

/// The catalogue's file of this name, else the path itself, where a relative one starts at `folder`. UserError where the
/// catalogue's file is not on this machine.
std::filesystem::path locate_file(std::string_view name, const std::filesystem::path& folder);

}  // namespace seqlab

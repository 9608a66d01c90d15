#include "experiment/embedding_files.h"

#include "data/named_file.h"

namespace seqlab {

std::map<std::string, std::filesystem::path> embedding_files(const OptionValues& settings,
                                                             const std::filesystem::path& folder) {
  std::map<std::string, std::filesystem::path> files;
  for (const auto& [name, value] : settings) {
    if (!name.starts_with("embedding.") || !(name.ends_with(".file") || name.ends_with(".corpus"))) continue;
    const auto* text = std::get_if<std::string>(&value);
    if (text != nullptr && !text->empty()) files.emplace(name, locate_file(*text, folder));
  }
  return files;
}

}  // namespace seqlab

#include "data/named_file.h"

#include <algorithm>
#include <array>
#include <span>

#include "data/catalogue.h"

namespace seqlab {
namespace {

struct NamedFile {
  std::string_view name;
  std::string_view file;
};
constexpr std::array kFiles = std::to_array<NamedFile>({
    {"corpus_en", "corpus_en/corpus.txt.gz"},
    {"corpus_vi", "corpus_vi/corpus.txt.gz"},
    {"glove_100d", "glove_100d/glove.20k.100d.txt.gz"},
    {"ptb", "ptb/ptb.train.txt"},
    {"tinyshakespeare", "tinyshakespeare/input.txt"},
    {"wikitext2", "wikitext2/wiki.train.txt"},
});

}  // namespace

std::vector<std::string> named_files() {
  std::vector<std::string> names;
  for (const NamedFile& file : kFiles) names.emplace_back(file.name);
  return names;
}

std::filesystem::path locate_file(std::string_view name, const std::filesystem::path& folder) {
  const auto found = std::ranges::find(kFiles, name, &NamedFile::name);
  if (found == kFiles.end()) return folder / name;
  return folder_of_data(name, std::span(&found->file, 1)) / found->file;
}

}  // namespace seqlab

#include "data/catalogue.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "core/error.h"
#include "core/suggest.h"

namespace seqlab {
namespace {

constexpr std::array kEntries = std::to_array<CatalogueEntry>({
    {"en_vi",
     "English to Vietnamese: news and everyday sentences, tested on talks (53,260 / 1,553 / 1,268 pairs)",
     {"en_vi/train.en", "en_vi/train.vi"},
     {"en_vi/dev.en", "en_vi/dev.vi"},
     {"en_vi/test.en", "en_vi/test.vi"}},
    {"multi30k",
     "English to German image captions, lower case, tokenised (29,000 / 1,014 / 1,000 pairs)",
     {"multi30k/tok/train.en", "multi30k/tok/train.de"},
     {"multi30k/tok/val.en", "multi30k/tok/val.de"},
     {"multi30k/tok/test_2016_flickr.en", "multi30k/tok/test_2016_flickr.de"}},
    {"multi30k_de_en",
     "German to English: multi30k the other way round",
     {"multi30k/tok/train.de", "multi30k/tok/train.en"},
     {"multi30k/tok/val.de", "multi30k/tok/val.en"},
     {"multi30k/tok/test_2016_flickr.de", "multi30k/tok/test_2016_flickr.en"}},
    {"tatoeba_en_vi",
     "English to Vietnamese: short everyday sentences, tokenised (7,542 / 942 / 942 pairs)",
     {"tatoeba_en_vi/train.tok.en", "tatoeba_en_vi/train.tok.vi"},
     {"tatoeba_en_vi/dev.tok.en", "tatoeba_en_vi/dev.tok.vi"},
     {"tatoeba_en_vi/test.tok.en", "tatoeba_en_vi/test.tok.vi"}},
});

constexpr std::string_view kMirror = "SEQLAB_DATA_MIRROR";

std::filesystem::path mirror_folder(const CatalogueEntry& entry) {
  const char* value = std::getenv(kMirror.data());
  if (value == nullptr || *value == '\0') {
    throw UserError(fmt::format("data set '{}' needs its files: set {} to the folder which holds {}", entry.name, kMirror,
                                entry.train[0]));
  }
  const auto folder = std::filesystem::absolute(value).lexically_normal();
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    throw UserError(fmt::format("data set '{}': {} is '{}', which is not a folder; it must name the folder which holds {}",
                                entry.name, kMirror, value, entry.train[0]));
  }
  return folder;
}

std::array<std::filesystem::path, 2> locate(const CatalogueEntry& entry, const std::filesystem::path& folder,
                                            const std::array<std::string_view, 2>& names) {
  std::array<std::filesystem::path, 2> files;
  for (std::size_t side = 0; side < 2; ++side) {
    files[side] = folder / names[side];
    std::error_code error;
    if (!std::filesystem::exists(files[side], error)) {
      throw UserError(fmt::format("data set '{}': {} is missing; {} must name a folder which holds {}", entry.name,
                                  files[side].string(), kMirror, names[side]));
    }
  }
  return files;
}

}  // namespace

std::span<const CatalogueEntry> catalogue() { return kEntries; }

std::vector<std::string> data_source_names() {
  std::vector<std::string> names{"dates", "files"};
  for (const auto& entry : kEntries) names.emplace_back(entry.name);
  return names;
}

const CatalogueEntry& find_data_set(std::string_view name) {
  const auto found = std::ranges::find(kEntries, name, &CatalogueEntry::name);
  if (found != kEntries.end()) return *found;
  const auto known = data_source_names();
  const std::string nearest = nearest_name(name, known);
  throw UserError(fmt::format("unknown data source '{}'; {}known: {}", name,
                              nearest.empty() ? "" : fmt::format("did you mean '{}'? ", nearest), fmt::join(known, ", ")));
}

DataSetFiles locate_data_set(std::string_view name) {
  const CatalogueEntry& entry = find_data_set(name);
  const auto folder = mirror_folder(entry);
  return {locate(entry, folder, entry.train), locate(entry, folder, entry.valid), locate(entry, folder, entry.test)};
}

}  // namespace seqlab

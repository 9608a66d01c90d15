#include "data/catalogue.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <system_error>

#include "core/error.h"
#include "core/suggest.h"
#include "data/data_folders.h"
#include "data/data_set.h"

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
    {"treebank_craft",
     "scientific English to its phrase structure (20,438 / 2,522 / 2,878 trees)",
     {"treebank_craft/train.trees", "treebank_craft/train.trees"},
     {"treebank_craft/dev.trees", "treebank_craft/dev.trees"},
     {"treebank_craft/test.trees", "treebank_craft/test.trees"}},
});

/// The first of the files that is not in `folder`, or "".
std::string_view missing_file(std::span<const std::string_view> files, const std::filesystem::path& folder) {
  for (const std::string_view file : files) {
    std::error_code error;
    if (!std::filesystem::exists(folder / file, error)) return file;
  }
  return "";
}

}  // namespace

std::filesystem::path folder_of_data(std::string_view name, std::span<const std::string_view> files) {
  const auto mirror = data_mirror();
  std::error_code error;
  if (mirror && !std::filesystem::is_directory(*mirror, error)) {
    throw UserError(fmt::format("data set '{}': {} is '{}', which is not a folder; it must name the folder which holds {}",
                                name, kMirrorVariable, mirror->string(), files[0]));
  }
  const std::string_view missing = mirror ? missing_file(files, *mirror) : files[0];
  if (missing.empty()) return *mirror;
  const auto cache = data_cache();
  if (cache && missing_file(files, *cache).empty()) return *cache;

  const bool fetched = has_addresses(find_data(name));
  const std::string remedy = fetched ? fmt::format("; or fetch it: seqlab data get {}", find_data(name).name) : "";
  if (!mirror) {
    throw UserError(fmt::format("data set '{}' needs its files: set {} to the folder which holds {}{}", name,
                                kMirrorVariable, files[0], remedy));
  }
  throw UserError(fmt::format("data set '{}': {} is missing; {} must name a folder which holds {}{}", name,
                              (*mirror / missing).string(), kMirrorVariable, missing, remedy));
}

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
  std::vector<std::string_view> all;
  for (const auto& files : {entry.train, entry.valid, entry.test}) all.insert(all.end(), files.begin(), files.end());
  const std::filesystem::path folder = folder_of_data(name, all);
  const auto both = [&](const std::array<std::string_view, 2>& names) {
    return std::array<std::filesystem::path, 2>{folder / names[0], folder / names[1]};
  };
  return {both(entry.train), both(entry.valid), both(entry.test)};
}

}  // namespace seqlab

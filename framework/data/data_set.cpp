#include "data/data_set.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/suggest.h"
#include "data/catalogue.h"

namespace seqlab {

const DataSet& find_data(std::string_view name) {
  const auto& sets = data_sets();
  const auto named = std::ranges::find(sets, name, &DataSet::name);
  if (named != sets.end()) return *named;
  const auto entry = std::ranges::find(catalogue(), name, &CatalogueEntry::name);
  if (entry != catalogue().end()) {
    for (const DataSet& set : sets) {
      if (std::ranges::find(set.files, entry->train[0], &DataFile::path) != set.files.end()) return set;
    }
  }
  throw UserError(fmt::format("no data set named '{}'; {}", name, suggestion(name, data_names())));
}

std::vector<std::string> data_names() {
  std::vector<std::string> names{"dates"};
  for (const DataSet& set : data_sets()) names.emplace_back(set.name);
  for (const CatalogueEntry& entry : catalogue()) names.emplace_back(entry.name);
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  return names;
}

std::uint64_t total_bytes(const DataSet& set) {
  std::uint64_t bytes = 0;
  for (const DataFile& file : set.files) bytes += file.bytes;
  return bytes;
}

bool has_addresses(const DataSet& set) {
  return std::ranges::none_of(set.files, [](const DataFile& file) { return file.url.empty(); });
}

}  // namespace seqlab

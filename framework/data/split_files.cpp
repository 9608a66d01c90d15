#include "data/split_files.h"

#include <fmt/format.h>

#include "core/error.h"

namespace seqlab {

std::array<std::filesystem::path, 3> split_files(const SplitLists& lists, std::string_view source, std::string_view what,
                                                 const std::filesystem::path& folder) {
  struct Split {
    std::string_view name;
    const std::vector<std::string>& files;
    bool needed;
  };
  const std::array<Split, 3> splits{
      {{"train", lists.train, true}, {"valid", lists.valid, false}, {"test", lists.test, lists.needs_test}}};
  std::array<std::filesystem::path, 3> files;
  for (std::size_t i = 0; i < splits.size(); ++i) {
    const Split& split = splits[i];
    if (source != "files" && !split.files.empty()) {
      throw UserError(fmt::format("'{}' lists files but 'source' is '{}'; write source = \"files\", or leave '{}' out",
                                  split.name, source, split.name));
    }
    if (source == "files" && (split.files.size() > 1 || (split.needed && split.files.empty()))) {
      throw UserError(fmt::format("'{}' must name one file of {}; it names {}", split.name, what, split.files.size()));
    }
    if (!split.files.empty()) files[i] = folder / split.files.front();
  }
  return files;
}

}  // namespace seqlab

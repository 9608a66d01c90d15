#include "data/data_content.h"

#include <fmt/format.h>

#include <filesystem>

#include "core/file_hash.h"
#include "core/sha256.h"
#include "data/dates.h"

namespace seqlab {

DataContent data_content(const TranslateOptions& options, const std::string& folder) {
  DataContent content;
  const auto files = translate_files(options, folder);
  if (!files) {
    content.identity = fmt::format("{} {}", options.source, kDatesVersion);
    return content;
  }
  std::string all;
  for (const auto* split : {&files->train, &files->valid, &files->test}) {
    for (const auto& file : *split) {
      const std::string path = std::filesystem::absolute(file).lexically_normal().string();
      const std::string hash = file_hash(path);
      all += hash + "\n";
      content.files.emplace(path, hash);
    }
  }
  content.identity = sha256(all);
  return content;
}

}  // namespace seqlab

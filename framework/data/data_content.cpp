#include "data/data_content.h"

#include <fmt/format.h>

#include <vector>

#include "core/file_hash.h"
#include "core/sha256.h"
#include "data/dates.h"
#include "data/negations.h"

namespace seqlab {

DataContent data_content(const TranslateOptions& options, const std::string& folder) {
  const auto files = translate_files(options, folder);
  if (!files) return {fmt::format("{} {}", options.source, kDatesVersion), {}};
  std::vector<std::filesystem::path> all;
  for (const auto* split : {&files->train, &files->valid, &files->test}) all.insert(all.end(), split->begin(), split->end());
  DataContent content = content_of_files(all);
  if (rewrites_negations(options)) content.identity += fmt::format(" negations {}", kNegationsVersion);
  return content;
}

DataContent content_of_files(std::span<const std::filesystem::path> files) {
  DataContent content;
  std::string all;
  for (const auto& file : files) {
    const std::string path = std::filesystem::absolute(file).lexically_normal().string();
    const std::string hash = file_hash(path);
    all += hash + "\n";
    content.files.emplace(path, hash);
  }
  content.identity = sha256(all);
  return content;
}

}  // namespace seqlab

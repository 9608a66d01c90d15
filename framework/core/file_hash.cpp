#include "core/file_hash.h"

#include <filesystem>
#include <map>
#include <tuple>

#include "core/sha256.h"

namespace seqlab {

std::string file_hash(const std::string& path) {
  namespace fs = std::filesystem;
  using Key = std::tuple<std::string, std::uintmax_t, fs::file_time_type>;
  static std::map<Key, std::string> known;
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  const fs::file_time_type time = fs::last_write_time(path, error);
  if (error) return sha256_of_file(path);  // says what is wrong
  const Key key{path, size, time};
  if (const auto found = known.find(key); found != known.end()) return found->second;
  return known[key] = sha256_of_file(path);
}

}  // namespace seqlab

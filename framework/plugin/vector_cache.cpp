#include "plugin/vector_cache.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <sstream>

#include "core/error.h"
#include "data/data_folders.h"
#include "nn/safetensors.h"

namespace seqlab {
namespace {

namespace fs = std::filesystem;

/// Held by one process at a time, until it ends.
class Lock {
 public:
  explicit Lock(const fs::path& file) : file_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    if (file_ >= 0) ::flock(file_, LOCK_EX);
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock() {
    if (file_ >= 0) ::close(file_);
  }

 private:
  int file_;
};

std::optional<WordVectors> read_kept(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return std::nullopt;
  try {
    const SafetensorsFile stored = SafetensorsFile::read(file.string());
    WordVectors vectors;
    const StoredTensor& words = stored.tensors().at("words");
    std::istringstream text(std::string(reinterpret_cast<const char*>(words.bytes.data()), words.bytes.size()));
    for (std::string word; std::getline(text, word, '\0');) vectors.words.push_back(word);
    const auto shape = stored.tensors().at("vectors").shape;
    if (shape.size() != 2 || shape[0] != vectors.size()) return std::nullopt;
    vectors.dimension = shape[1];
    const auto bytes = stored.get("vectors", StoredType::f32, shape).bytes;
    vectors.values.resize(bytes.size() / sizeof(float));
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<std::byte*>(vectors.values.data()));
    return vectors;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void keep(const fs::path& file, const WordVectors& vectors) {
  std::string words;
  for (const std::string& word : vectors.words) words += word + '\0';
  const std::vector<StoredTensor> tensors{
      {"words", StoredType::u8, {static_cast<std::int64_t>(words.size())}, std::as_bytes(std::span(words))},
      {"vectors", StoredType::f32, {vectors.size(), vectors.dimension}, std::as_bytes(std::span(vectors.values))}};
  const std::string part = file.string() + ".part";
  write_safetensors(part, {}, tensors);
  fs::rename(part, file);
}

}  // namespace

WordVectors cached_vectors(const std::string& key, const std::function<WordVectors()>& make) {
  const auto data = data_cache();
  if (!data) return make();
  const fs::path folder = data->parent_path() / "vectors";
  const fs::path file = folder / (key + ".safetensors");
  if (auto kept = read_kept(file)) return *std::move(kept);
  std::error_code error;
  fs::create_directories(folder, error);
  const Lock lock(folder / (key + ".lock"));
  if (auto kept = read_kept(file)) return *std::move(kept);
  const auto start = std::chrono::steady_clock::now();
  WordVectors vectors = make();
  if (std::chrono::steady_clock::now() - start > std::chrono::seconds(1)) {
    try {
      keep(file, vectors);
    } catch (const std::exception&) {  // no room, or no permission: they are there all the same
    }
  }
  fs::remove(folder / (key + ".lock"), error);
  return vectors;
}

}  // namespace seqlab

#include "plugin/vector_cache.h"

#include <filesystem>
#include <sstream>

#include "nn/safetensors.h"
#include "plugin/kept_file.h"

namespace seqlab {
namespace {

bool read_vectors(const std::filesystem::path& file, WordVectors& vectors) {
  const SafetensorsFile stored = SafetensorsFile::read(file.string());
  WordVectors read;
  const StoredTensor& words = stored.tensors().at("words");
  std::istringstream text(std::string(reinterpret_cast<const char*>(words.bytes.data()), words.bytes.size()));
  for (std::string word; std::getline(text, word, '\0');) read.words.push_back(word);
  const auto shape = stored.tensors().at("vectors").shape;
  if (shape.size() != 2 || shape[0] != read.size()) return false;
  read.dimension = shape[1];
  const auto bytes = stored.get("vectors", StoredType::f32, shape).bytes;
  read.values.resize(bytes.size() / sizeof(float));
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<std::byte*>(read.values.data()));
  vectors = std::move(read);
  return true;
}

void write_vectors(const std::filesystem::path& file, const WordVectors& vectors) {
  std::string words;
  for (const std::string& word : vectors.words) words += word + '\0';
  const std::vector<StoredTensor> tensors{
      {"words", StoredType::u8, {static_cast<std::int64_t>(words.size())}, std::as_bytes(std::span(words))},
      {"vectors", StoredType::f32, {vectors.size(), vectors.dimension}, std::as_bytes(std::span(vectors.values))}};
  write_safetensors(file.string(), {}, tensors);
}

}  // namespace

WordVectors cached_vectors(const std::string& key, const std::function<WordVectors()>& make) {
  WordVectors vectors;
  KeptFile file;
  file.folder = "vectors";
  file.name = key + ".safetensors";
  file.read = [&](const auto& path) { return read_vectors(path, vectors); };
  file.make = [&] { vectors = make(); };
  file.write = [&](const auto& path) { write_vectors(path, vectors); };
  read_or_make(file);
  return vectors;
}

}  // namespace seqlab

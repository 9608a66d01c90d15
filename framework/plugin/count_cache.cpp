#include "plugin/count_cache.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/sha256.h"
#include "nn/safetensors.h"
#include "plugin/kept_file.h"

namespace seqlab {
namespace {

template <class T>
bool copy_numbers(const SafetensorsFile& stored, const char* name, std::vector<T>& to) {
  const auto bytes = stored.tensors().at(name).bytes;
  if (bytes.size() % sizeof(T) != 0) return false;
  to.resize(bytes.size() / sizeof(T));
  std::ranges::copy(bytes, reinterpret_cast<std::byte*>(to.data()));
  return true;
}

bool read_counts(const std::filesystem::path& file, int vocabulary, SparseMatrix& counts) {
  const SafetensorsFile stored = SafetensorsFile::read(file.string());
  SparseMatrix read;
  if (!copy_numbers(stored, "starts", read.starts) || !copy_numbers(stored, "columns", read.columns) ||
      !copy_numbers(stored, "values", read.values) || read.starts.empty() || read.rows() != vocabulary ||
      read.starts.back() != read.cells() || read.columns.size() != read.values.size())
    return false;
  read.width = read.rows();
  counts = std::move(read);
  return true;
}

template <class T>
StoredTensor as_bytes_of(const char* name, const std::vector<T>& numbers) {
  const auto bytes = std::as_bytes(std::span(numbers));
  return {name, StoredType::u8, {static_cast<std::int64_t>(bytes.size())}, bytes};
}

void write_counts(const std::filesystem::path& file, const SparseMatrix& counts) {
  const std::vector<StoredTensor> tensors{
      as_bytes_of("starts", counts.starts),
      as_bytes_of("columns", counts.columns),
      {"values", StoredType::f32, {counts.cells()}, std::as_bytes(std::span(counts.values))}};
  write_safetensors(file.string(), {}, tensors);
}

}  // namespace

SparseMatrix cached_cooccurrences(const std::string& corpus, int vocabulary, const CooccurrenceOptions& options,
                                  const std::function<SparseMatrix()>& count) {
  if (corpus.empty()) return count();
  SparseMatrix counts;
  KeptFile file;
  file.folder = "cooccurrences";
  file.name =
      sha256(fmt::format("{}\nwindow {} {} {} {}", corpus, options.window, options.left, options.right, options.harmonic)) +
      ".safetensors";
  file.worth_seconds = 3;
  file.read = [&](const auto& path) { return read_counts(path, vocabulary, counts); };
  file.make = [&] { counts = count(); };
  file.write = [&](const auto& path) { write_counts(path, counts); };
  read_or_make(file);
  return counts;
}

}  // namespace seqlab

#include "vectors/vector_file.h"

#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <charconv>
#include <iterator>
#include <memory>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/suggest.h"
#include "vectors/vector_file_reader.h"

namespace seqlab {
namespace {

/// A file under a temporary name, which becomes the real one at the end; links stay links. What is no regular file
/// (/dev/stdout) is written as it is.
class NewFile {
 public:
  explicit NewFile(const std::filesystem::path& file) : path_(file), part_(file) {
    std::error_code error;
    replaces_ = !std::filesystem::exists(path_, error) || std::filesystem::is_regular_file(path_, error);
    for (int i = 0; i < 40 && replaces_ && std::filesystem::is_symlink(path_, error); ++i)
      path_ = path_.parent_path() / std::filesystem::read_symlink(path_, error);
    if (replaces_) part_ = path_.string() + fmt::format(".part-{}", ::getpid());
    errno = 0;
    if (replaces_ && std::filesystem::exists(path_, error) && ::access(path_.c_str(), W_OK) != 0) fail();
    output_ = gzopen(part_.c_str(), file.extension() == ".gz" ? "wb6" : "wbT");
    if (output_ == nullptr) fail();
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (output_ != nullptr) {
      gzclose(output_);
      remove_part();
    }
  }
  void write(std::string_view bytes) {
    if (gzwrite(output_, bytes.data(), static_cast<unsigned>(bytes.size())) != static_cast<int>(bytes.size())) fail();
  }
  void finish() {
    const int code = gzclose(std::exchange(output_, nullptr));
    std::error_code error;
    if (code == Z_OK && replaces_) std::filesystem::rename(part_, path_, error);
    if (code == Z_OK && !error) return;
    if (error) errno = error.value();
    remove_part();
    fail();
  }

 private:
  [[noreturn]] void fail() const {
    throw EnvironmentError(
        fmt::format("{}: cannot be written ({})", path_.string(), std::generic_category().message(errno)));
  }
  void remove_part() const {
    std::error_code ignored;
    if (replaces_) std::filesystem::remove(part_, ignored);
  }
  std::filesystem::path path_, part_;
  bool replaces_ = true;
  gzFile output_ = nullptr;
};

/// GloVe's format has no head: a later line's numbers are counted from its end, so a word may have blanks inside.
bool can_hold(VectorFormat format, std::string_view word, bool first) {
  if (word.empty() || word.find_first_of("\t\r\n") != std::string_view::npos) return false;
  const auto blank = word.rfind(' ');
  if (blank == std::string_view::npos) return true;
  if (format != VectorFormat::glove || first || word.front() == ' ' || word.back() == ' ') return false;
  const std::string_view last = word.substr(blank + 1);
  double number = 0;
  return std::from_chars(last.data(), last.data() + last.size(), number).ptr != last.data() + last.size();
}

}  // namespace

const std::vector<std::string>& vector_format_names() {
  static const std::vector<std::string> names{"glove", "word2vec", "word2vec_binary"};
  return names;
}

VectorFormat vector_format_named(std::string_view name) {
  const auto& names = vector_format_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<VectorFormat>(i);
  }
  throw UserError(fmt::format("no format of vectors named '{}'; {}", name, suggestion(name, names)));
}

VectorFileHead for_each_vector(const std::filesystem::path& file,
                               const std::function<void(std::string_view, std::span<const float>)>& visit) {
  VectorFileReader reader(file);
  std::string_view word;
  std::span<const float> vector;
  while (reader.next(word, vector)) visit(word, vector);
  return reader.head();
}

WordVectors read_vectors(const std::filesystem::path& file) {
  WordVectors vectors;
  const auto head = for_each_vector(file, [&](std::string_view word, std::span<const float> vector) {
    vectors.words.emplace_back(word);
    vectors.values.insert(vectors.values.end(), vector.begin(), vector.end());
  });
  vectors.dimension = head.dimension;
  return vectors;
}

void write_vectors(const std::filesystem::path& file, VectorFormat format, const WordVectors& vectors) {
  for (const std::string& word : vectors.words) {
    if (can_hold(format, word, &word == vectors.words.data())) continue;
    throw UserError(fmt::format("{}: the word '{}' has a blank, which this format cannot hold; {}", file.string(), word,
                                format == VectorFormat::glove ? "leave it out" : "--format glove may"));
  }
  constexpr std::size_t kBlock = std::size_t{1} << 20;
  NewFile output(file);
  std::string text;
  if (format != VectorFormat::glove) text = fmt::format("{} {}\n", vectors.size(), vectors.dimension);
  for (std::int64_t i = 0; i < vectors.size(); ++i) {
    text += vectors.words[static_cast<std::size_t>(i)];
    const auto vector = vectors.vector(i);
    if (format == VectorFormat::word2vec_binary) {
      text += ' ';
      text.append(reinterpret_cast<const char*>(vector.data()), vector.size_bytes());
    } else {
      for (const float value : vector) fmt::format_to(std::back_inserter(text), " {}", value);
    }
    text += '\n';
    if (text.size() < kBlock) continue;
    output.write(text);
    text.clear();
  }
  output.write(text);
  output.finish();
}

}  // namespace seqlab

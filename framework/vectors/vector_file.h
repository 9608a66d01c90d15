#pragma once

// Files of word vectors, as other programs write and read them. Each may also be a .gz.
//   glove            text: a word and its numbers a line
//   word2vec         text: the same below a line with the number of words and of dimensions
//   word2vec_binary  that line, then each word, a blank and its numbers as 4-byte floats (little endian)

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vectors/word_vectors.h"

namespace seqlab {

enum class VectorFormat { glove, word2vec, word2vec_binary };
const std::vector<std::string>& vector_format_names();
VectorFormat vector_format_named(std::string_view name);  // UserError with did-you-mean

/// What is known of a file before its first vector.
struct VectorFileHead {
  VectorFormat format = VectorFormat::glove;
  std::int64_t words = -1;  // as the first line says; -1: it does not
  std::int64_t dimension = 0;
};

/// Reads one vector after the other and holds one at a time; the format is recognised. UserError naming file and line (or
/// word), and a remedy: no vectors, a wrong number of words or numbers, a word twice, what is no finite number, a word that
/// is no UTF-8, a file that ends too soon.
VectorFileHead for_each_vector(const std::filesystem::path& file,
                               const std::function<void(std::string_view word, std::span<const float> vector)>& visit);

/// All of them.
WordVectors read_vectors(const std::filesystem::path& file);

/// Writes a whole new file, gzipped where its name ends in ".gz"; an old one of this name is replaced at the end. In text, a
/// number has as many digits as bring back its bits. UserError for a word with a blank, which these formats cannot hold;
/// EnvironmentError where writing fails.
void write_vectors(const std::filesystem::path& file, VectorFormat format, const WordVectors& vectors);

}  // namespace seqlab

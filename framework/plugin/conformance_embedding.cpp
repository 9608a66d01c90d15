#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/error.h"
#include "nn/linear.h"
#include "plugin/conformance_kinds.h"
#include "plugin/embedding.h"

namespace seqlab::conformance {
namespace {

namespace fs = std::filesystem;

/// A corpus of twelve words in a few sentences.
struct Corpus {
  Corpus() {
    Random random(9, "corpus");
    std::vector<std::vector<std::string>> texts;
    for (int sentence = 0; sentence < 20; ++sentence) {
      auto& words = texts.emplace_back();
      for (int i = 0; i < 5 + sentence % 3; ++i) words.push_back(fmt::format("w{}", random.below(12)));
    }
    vocabulary = Vocabulary::build(texts, 1, 0);
    for (const auto& text : texts) sentences.push_back(vocabulary.encode(text));
  }
  Vocabulary vocabulary;
  std::vector<std::vector<int>> sentences;
};

/// Vectors of some of the corpus's words, for embeddings whose option `file` names such a file.
class VectorFile {
 public:
  VectorFile() : path_(fs::temp_directory_path() / fmt::format("seqlab-vectors-{}.txt", ::getpid())) {
    std::ofstream(path_) << "w1 0.5 -1 2\nw2 1 1 1\nw3 0 0.25 -3\n";
  }
  VectorFile(const VectorFile&) = delete;
  VectorFile& operator=(const VectorFile&) = delete;
  ~VectorFile() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

EmbeddingTable fit(const Component& component, const Corpus& corpus, OptionValues options = {}) {
  const VectorFile file;
  if (component.options->find("file") != nullptr) options.try_emplace("file", file.path());
  options = component.options->complete(options);
  const seqlab::Corpus text(corpus.sentences, corpus.vocabulary.size());
  EmbeddingContext context(corpus.vocabulary, text, 3, "table");
  return component.make_embedding(options, context)->fit(context);
}

std::string table_is_whole(const Component& component) {
  const Corpus corpus;
  const EmbeddingTable table = fit(component, corpus);
  if (table.identity) {
    require(table.values.empty(), "the identity stores no table");
    return "identity";
  }
  require(table.dimension >= 1, "a vector has a dimension");
  const auto expected = static_cast<std::size_t>(corpus.vocabulary.size()) * static_cast<std::size_t>(table.dimension);
  require(table.values.size() == expected, fmt::format("{} numbers instead of V x D = {}", table.values.size(), expected));
  for (const float value : table.values) require(std::isfinite(value), "a number of the table is not finite");
  return fmt::format("[{}, {}], all finite", corpus.vocabulary.size(), table.dimension);
}

std::string same_bits(const Component& component) {
  const Corpus corpus;
  require(fit(component, corpus).values == fit(component, corpus).values, "two fits with one seed differ");
  return "two fits";
}

std::string one_word(const Component& component) {
  Corpus corpus;
  corpus.vocabulary = Vocabulary::build(std::vector<std::vector<std::string>>{{"w1"}}, 1, 0);
  corpus.sentences = {{Vocabulary::kSpecial}};
  for (const float value : fit(component, corpus).values)
    require(std::isfinite(value), "a number of the table is not finite");
  return "vocabulary of one word";
}

/// The vectors in a model: a linear map of them, and its gradient.
std::string gradient(const Component& component) {
  const Corpus corpus;
  ParameterSet parameters(Precision::f64, 3);
  const Embedder embedder(parameters, "table", corpus.vocabulary.size(), fit(component, corpus));
  const Linear map(parameters, "map", embedder.dimension(), 2, with_bias);
  const std::vector<int> ids{4, 5, 4, 0};
  return gradient_agrees([&](Tape& tape) { return weighted_sum(map(embedder(tape, ids, 2, 2))); }, parameters);
}

}  // namespace

std::vector<Check> embedding_checks(const Component& component, Maker& make) {
  make = [&component](const OptionValues& options) { fit(component, Corpus(), options); };
  return {
      {"the table has a finite row for every word", [&] { return table_is_whole(component); }},
      {"gradient in f64 agrees with finite differences", [&] { return gradient(component); }},
      {"same seed, same bits", [&] { return same_bits(component); }},
      {"a vocabulary of one word works", [&] { return one_word(component); }},
  };
}

}  // namespace seqlab::conformance

#include <seqlab/embedding.h>

#include <map>

namespace {
using namespace seqlab;

/// Vectors from a file: GloVe's text, word2vec's text or binary format, each also gzipped. Only the vectors of the model's
/// words are kept in memory. Words that the file lacks, and the marks of sentences, are treated as `missing` says; a vector
/// "<unk>" of the file is the unknown word's.
class Pretrained final : public Embedding {
 public:
  struct Options {
    std::string file = "glove_100d";
    bool lower_case = true;
    std::string missing = "random";
  };
  static Schema<Options> schema() {
    return Schema<Options>("vectors from a file in GloVe's or word2vec's format")
        .add("file", &Options::file, "the file, or glove_100d of the catalogue")
        .add("lower_case", &Options::lower_case, "a word that the file lacks is looked up in lower case")
        .add("missing", &Options::missing, one_of({"random", "mean", "zero"}),
             "the vector of a word that the file lacks: normal numbers as spread as the others, the mean of the others, or "
             "0");
  }

  Pretrained(const Options& options, EmbeddingContext&) : options_(options) {}

  EmbeddingTable fit(const EmbeddingContext& context) const override {
    const auto words = static_cast<std::size_t>(context.vocabulary.size());
    std::map<std::string, std::vector<int>, std::less<>> in_lower_case;
    for (int id = Vocabulary::kSpecial; options_.lower_case && id < context.vocabulary.size(); ++id) {
      std::string lower = to_lower(context.vocabulary.token(id));
      if (lower != context.vocabulary.token(id)) in_lower_case[std::move(lower)].push_back(id);
    }
    EmbeddingTable table;
    std::vector<char> known(words, 0);  // 1: by its lower case
    const auto keep = [&](int id, std::span<const float> vector, char how) {
      if (how < known[static_cast<std::size_t>(id)]) return;
      known[static_cast<std::size_t>(id)] = how;
      std::copy(vector.begin(), vector.end(), table.values.begin() + static_cast<std::ptrdiff_t>(id) * table.dimension);
    };
    for_each_vector(locate_file(options_.file, context.folder), [&](std::string_view word, std::span<const float> vector) {
      if (table.values.empty()) {
        table.dimension = static_cast<std::int64_t>(vector.size());
        table.values.resize(words * vector.size());
      }
      const int id = context.vocabulary.id(word);
      if (id >= Vocabulary::kSpecial || word == context.vocabulary.token(Vocabulary::kUnknown)) keep(id, vector, 2);
      if (const auto found = in_lower_case.find(word); found != in_lower_case.end()) {
        for (const int other : found->second) keep(other, vector, 1);
      }
    });
    Random random(context.seed, context.scope);
    fill_missing(table.values, table.dimension, known, options_.missing, random);
    return table;
  }

 private:
  Options options_;
};

}  // namespace

SEQLAB_EMBEDDING(Pretrained, "pretrained")

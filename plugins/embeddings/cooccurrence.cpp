#include <seqlab/embedding.h>

#include <algorithm>
#include <cmath>

namespace {
using namespace seqlab;

/// Words by the company they keep: counts of the words around a word, weighed, and brought to few dimensions by singular
/// value decomposition (latent semantic analysis on windows; the choices are those of Levy, Goldberg and Dagan, 2015). The
/// vectors are U S^power.
class Cooccurrence final : public CorpusEmbedding {
 public:
  struct Options {
    int window = 5;
    std::string direction = "around";
    std::string distance = "flat";
    std::string weighting = "ppmi";
    double shift = 1;
    double smoothing = 0.75;
    int dimension = 100;
    double eigenvalue_power = 0.5;
    double accuracy = 1e-3;
    int iterations = 200;
  };
  static Schema<Options> schema() {
    return Schema<Options>("counts of neighbouring words, weighed and decomposed")
        .add("window", &Options::window, in_range(1, 1000), "words on a side of the middle one")
        .add("direction", &Options::direction, one_of({"around", "left", "right"}), "on which side words count")
        .add("distance", &Options::distance, one_of({"flat", "harmonic"}), "a word at distance d counts 1 or 1/d")
        .add("weighting", &Options::weighting, one_of({"count", "log", "pmi", "ppmi"}),
             "counts, log(1 + count), pointwise mutual information, or where that is positive")
        .add("shift", &Options::shift, in_range(1e-6, 1e6), "log(shift) is taken from the mutual information")
        .add("smoothing", &Options::smoothing, in_range(0, 1), "a context's probability is in proportion to count^smoothing")
        .add("dimension", &Options::dimension, in_range(0, 65536),
             "numbers a word; 0: the row of the matrix itself, not decomposed (for small vocabularies)")
        .add("eigenvalue_power", &Options::eigenvalue_power, in_range(0, 4), "the power of the singular values")
        .add("accuracy", &Options::accuracy, in_range(1e-8, 1),
             "relative change of the singular values below which they count as found")
        .add("iterations", &Options::iterations, in_range(1, 100000), "products with the matrix, at most");
  }

  Cooccurrence(const Options& options, EmbeddingContext&) : options_(options) {}

  EmbeddingTable fit(const EmbeddingContext& context) const override {
    const bool around = options_.direction == "around";
    SparseMatrix matrix = context.cooccurrences({options_.window, around || options_.direction == "left",
                                                 around || options_.direction == "right", options_.distance == "harmonic"});
    weigh_cooccurrences(matrix, options_.weighting, options_.shift, options_.smoothing);
    return options_.dimension == 0 ? rows_of(matrix) : decomposed(matrix, context);
  }

 private:
  static EmbeddingTable rows_of(const SparseMatrix& matrix) {
    constexpr std::int64_t kMost = 20000;
    if (matrix.rows() > kMost) {
      throw UserError("a row of the co-occurrence matrix of " + std::to_string(matrix.rows()) +
                      " words is no vector to work with: choose a dimension, or a smaller vocabulary");
    }
    constexpr int kSpecial = Vocabulary::kSpecial;  // marks of sentences and the like are in no window
    EmbeddingTable table{false, matrix.width - kSpecial, {}};
    table.values.resize(static_cast<std::size_t>(matrix.rows() * table.dimension), 0.0F);
    for (std::int64_t row = 0; row < matrix.rows(); ++row) {
      const auto columns = matrix.columns_of(row);
      for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i] < kSpecial) continue;
        table.values[static_cast<std::size_t>(row * table.dimension + columns[i] - kSpecial)] = matrix.values_of(row)[i];
      }
    }
    return table;
  }

  EmbeddingTable decomposed(const SparseMatrix& matrix, const EmbeddingContext& context) const {
    SvdOptions svd_options;
    svd_options.rank = options_.dimension;
    svd_options.accuracy = options_.accuracy;
    svd_options.most_iterations = options_.iterations;
    svd_options.seed = context.seed;
    svd_options.threads = context.threads;
    svd_options.symmetric = options_.direction == "around" &&
                            (options_.weighting == "count" || options_.weighting == "log" || options_.smoothing == 1);
    const TruncatedSvd svd = truncated_svd(matrix, svd_options, context.progress);
    EmbeddingTable table{false, options_.dimension, {}};
    table.values.resize(static_cast<std::size_t>(matrix.rows() * table.dimension), 0.0F);
    for (std::int64_t k = 0; k < svd.rank; ++k) {
      const double value = svd.singular_values[static_cast<std::size_t>(k)];
      const auto scale = static_cast<float>(value > 0 ? std::pow(value, options_.eigenvalue_power) : 0.0);
      for (std::int64_t row = 0; row < matrix.rows(); ++row) {
        table.values[static_cast<std::size_t>(row * table.dimension + k)] =
            scale * svd.left[static_cast<std::size_t>(row * svd.rank + k)];
      }
    }
    return table;
  }

  Options options_;
};

}  // namespace

SEQLAB_EMBEDDING(Cooccurrence, "cooccurrence")

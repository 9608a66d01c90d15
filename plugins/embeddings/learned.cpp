#include <seqlab/embedding.h>

namespace {
using namespace seqlab;

/// A table that starts at random and is learned with the model.
class Learned final : public Embedding {
 public:
  struct Options {
    int dimension = 64;
    double deviation = 1.0;
  };
  static Schema<Options> schema() {
    return Schema<Options>("a table of vectors that starts at random and is learned with the model")
        .add("dimension", &Options::dimension, in_range(1, 65536), "numbers a word")
        .add(
            "deviation", &Options::deviation, in_range(0, 10),
            "standard deviation of the start values: 1 where scaled or in models that translate, else about 0.1 where words "
            "are rare and examples few");
  }

  Learned(const Options& options, EmbeddingContext&) : options_(options) {}
  EmbeddingTable fit(const EmbeddingContext& context) const override {
    EmbeddingTable table{false, options_.dimension, {}};
    Random random(context.seed, context.scope);
    table.values.resize(static_cast<std::size_t>(context.vocabulary.size()) * static_cast<std::size_t>(options_.dimension));
    for (float& value : table.values) value = static_cast<float>(options_.deviation * random.normal());
    return table;
  }

 private:
  Options options_;
};

}  // namespace

SEQLAB_EMBEDDING(Learned, "learned")

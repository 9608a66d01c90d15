#include <seqlab/embedding.h>

namespace {
using namespace seqlab;

/// The unit vector of each word. It is never stored: a linear map of it selects a row.
class OneHot final : public Embedding {
 public:
  struct Options {};
  static Schema<Options> schema() { return Schema<Options>("one dimension a word: no word is like another"); }

  OneHot(const Options&, EmbeddingContext&) {}
  EmbeddingTable fit(const EmbeddingContext& context) const override { return {true, context.vocabulary.size(), {}}; }
};

}  // namespace

SEQLAB_EMBEDDING(OneHot, "one_hot")

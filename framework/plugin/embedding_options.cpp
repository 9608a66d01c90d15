#include "plugin/embedding_options.h"

namespace seqlab {
namespace {

constexpr double kMost = 1e9;

class JoinedTable final : public OptionTable {
 public:
  JoinedTable(const OptionTable& first, const OptionTable& second) : OptionTable(first.summary()) {
    include(first);
    include(second);
  }
};

}  // namespace

Schema<HostEmbeddingOptions> host_embedding_schema(bool fits_corpus) {
  using Options = HostEmbeddingOptions;
  auto schema = Schema<Options>("what is done with the vectors")
                    .add("frozen", &Options::frozen, "the model's training leaves the vectors as they are")
                    .add("frozen_epochs", &Options::frozen_epochs, in_range(0, kMost),
                         "where frozen: for so many epochs, then they are trained too; 0: for good")
                    .add("projection", &Options::projection, in_range(0, 65536),
                         "a learned linear map of the vectors to so many numbers, without bias; 0: none")
                    .add("scaled", &Options::scaled,
                         "kept over sqrt(D) and looked up times sqrt(D), as the Transformer does: Adam then changes the "
                         "vectors sqrt(D) times as fast (sgd D times); always so where a tied output shares them")
                    .demand(
                        "frozen_epochs", [](const Options& o) { return o.frozen || o.frozen_epochs == 0; },
                        "frozen_epochs needs frozen = true");
  if (!fits_corpus) return schema;
  return std::move(schema)
      .add("corpus", &Options::corpus,
           "text to learn from: a file with a sentence a line, or corpus_en, corpus_vi; \"\": the training sentences")
      .add("lower_case", &Options::lower_case, "of a corpus of its own: in lower case")
      .add("minimum_count", &Options::minimum_count, in_range(1, kMost),
           "of a corpus of its own: words that occur less often are left out")
      .add("vocabulary_limit", &Options::vocabulary_limit, in_range(0, kMost),
           "of a corpus of its own: keep the most frequent words, so many; 0: all")
      .add("missing", &Options::missing, one_of({"random", "mean", "zero"}),
           "the vector of a word that the text lacks: normal numbers as spread as the others, the mean of the others, or 0");
}

std::shared_ptr<const OptionTable> with_host_options(const OptionTable& own, bool fits_corpus) {
  return std::make_shared<const JoinedTable>(own, host_embedding_schema(fits_corpus));
}

OptionValues known_to(const OptionTable& table, const OptionValues& values) {
  OptionValues known;
  for (const auto& [name, value] : values) {
    if (table.find(name) != nullptr) known.emplace(name, value);
  }
  return known;
}

}  // namespace seqlab

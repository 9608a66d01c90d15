#pragma once

// What the author of an embedding sees: a corpus and its vocabulary in, a table of vectors out.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/options.h"
#include "core/random.h"
#include "data/vocabulary.h"
#include "plugin/descriptor.h"
#include "sequence/embedder.h"

namespace seqlab {

class EmbeddingContext {
 public:
  EmbeddingContext(const Vocabulary& words, std::span<const std::vector<int>> sentences, std::uint64_t run_seed,
                   std::string name)
      : vocabulary(words), corpus(sentences), seed(run_seed), scope(std::move(name)) {}
  const Vocabulary& vocabulary;              // V = vocabulary.size()
  std::span<const std::vector<int>> corpus;  // training sentences as ids
  std::uint64_t seed;                        // of the run
  std::string scope;                         // the name of the table in its model: two tables of one run start differently
};

/// A class derived from Embedding has `struct Options`, `static Schema<Options> schema()` and a constructor
/// (const Options&, EmbeddingContext&); its last line is SEQLAB_EMBEDDING(Class, "name").
class Embedding {
 public:
  virtual ~Embedding();
  /// The table [V, D] that training starts from, or the identity.
  [[nodiscard]] virtual EmbeddingTable fit(const EmbeddingContext& context) const = 0;
};

namespace plugin_detail {
template <class Type>
Component embedding_component(const char* name) {
  auto schema = PartTraits<Type>::schema();
  Component component{Kind::embedding, name, {}, schema, {}, {}, {}, {}, {}, {}};
  component.make_embedding = [schema](const OptionValues& values, EmbeddingContext& context) -> std::unique_ptr<Embedding> {
    return std::make_unique<Type>(schema->read(values), context);
  };
  return component;
}
}  // namespace plugin_detail

}  // namespace seqlab

#define SEQLAB_EMBEDDING(TYPE, NAME) \
  SEQLAB_PLUGIN_DESCRIPTOR(          \
      [](seqlab::StagingRegistry& registry) { registry.add(seqlab::plugin_detail::embedding_component<TYPE>(NAME)); })

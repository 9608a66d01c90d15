#pragma once

// Components that declare options and slots and make nothing: enough to plan with.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "plugin/registry.h"

namespace seqlab::test {

struct CellOptions {
  double forget_bias = 1.0;
  bool peephole = false;
};
struct ScoreOptions {
  std::int64_t units = 64;
};
struct ModelOptions {
  std::int64_t units = 64;
  bool bidirectional = true;
};
struct NoOptions {};

template <class Options>
Component component(Kind kind, const std::string& name, Schema<Options> schema) {
  Component made;
  made.kind = kind;
  made.name = name;
  made.options = std::make_shared<Schema<Options>>(std::move(schema));
  return made;
}

inline void fill(Registry& registry) {
  registry.add(component(Kind::cell, "lstm",
                         Schema<CellOptions>("long short-term memory")
                             .add("forget_bias", &CellOptions::forget_bias, in_range(-10, 10), "bias of the forget gate")
                             .add("peephole", &CellOptions::peephole, "gates see the memory")));
  registry.add(component(Kind::cell, "gru", Schema<NoOptions>("gated recurrent unit")));
  const auto units = [] {
    return Schema<ScoreOptions>("a score").add("units", &ScoreOptions::units, in_range(1, 100000),
                                               "width of the hidden layer");
  };
  registry.add(component(Kind::attention, "additive", units()));
  registry.add(component(Kind::attention, "dot", Schema<NoOptions>("dot product")));
  registry.add(component(Kind::attention, "cosine", Schema<NoOptions>("cosine")));
  registry.add(component(Kind::embedding, "learned", Schema<NoOptions>("a table that is learnt")));
  Component model = component(Kind::model, "seq2seq",
                              Schema<ModelOptions>("encoder and decoder")
                                  .add("units", &ModelOptions::units, in_range(1, 100000), "width of the hidden state")
                                  .add("bidirectional", &ModelOptions::bidirectional, "encode in both directions"));
  model.slots = {{"cell", Kind::cell, "", false, "the cell of both sides"},
                 {"decoder_cell", Kind::cell, "cell", false, "the cell of the decoder"},
                 {"attention", Kind::attention, "", true, "the alignment score"},
                 {"embedding", Kind::embedding, "", false, "of both sides"}};
  model.tasks = {"translate"};
  registry.add(model);
  Component tagger = component(Kind::model, "tagger", Schema<NoOptions>("a label for each step"));
  tagger.slots = {{"cell", Kind::cell, "", false, ""}};
  tagger.tasks = {"tag"};
  registry.add(tagger);
}

}  // namespace seqlab::test

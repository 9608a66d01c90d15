#pragma once

// What the author of an attention score sees: how well a position of the memory answers a query. The host masks, normalises,
// sums and records the weights.

#include <memory>
#include <string>

#include "autodiff/affine.h"
#include "autodiff/batched_product.h"
#include "autodiff/layout.h"
#include "autodiff/pointwise.h"
#include "core/options.h"
#include "plugin/context.h"
#include "plugin/descriptor.h"
#include "sequence/scoring.h"

namespace seqlab {

class AttentionContext : public Context {
 public:
  AttentionContext(ParameterSet& parameters, std::string scope, int query, int memory)
      : Context(parameters, std::move(scope)), query_size(query), memory_size(memory) {}
  int query_size;   // Q
  int memory_size;  // M
  /// UserError unless Q = M: for scores that compare query and memory directly.
  void need_equal_sizes(const std::string& score) const;
};

/// A class derived from AttentionScore has `struct Options`, `static Schema<Options> schema()` and a constructor
/// (const Options&, AttentionContext&); its last line is SEQLAB_ATTENTION(Class, "name").
class AttentionScore : public Scoring {
 public:
  ~AttentionScore() override;
};

namespace plugin_detail {
template <class Type>
Component attention_component(const char* name) {
  auto schema = PartTraits<Type>::schema();
  Component component{Kind::attention, name, {}, schema, {}, {}, {}, {}, {}, {}};
  component.make_attention = [schema](const OptionValues& values,
                                      AttentionContext& context) -> std::unique_ptr<AttentionScore> {
    return std::make_unique<Type>(schema->read(values), context);
  };
  return component;
}
}  // namespace plugin_detail

}  // namespace seqlab

#define SEQLAB_ATTENTION(TYPE, NAME) \
  SEQLAB_PLUGIN_DESCRIPTOR(          \
      [](seqlab::StagingRegistry& registry) { registry.add(seqlab::plugin_detail::attention_component<TYPE>(NAME)); })

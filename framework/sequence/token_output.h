#pragma once

// From a decoder's output to the tokens: a linear map of its own, or the table of embeddings once more.

#include <string>

#include "nn/linear.h"
#include "nn/parameter.h"
#include "sequence/embedder.h"

namespace seqlab {

class TokenOutput {
 public:
  TokenOutput() = default;
  /// A map "NAME.weight" [inputs, tokens] and "NAME.bias".
  TokenOutput(ParameterSet& parameters, const std::string& name, std::int64_t inputs, std::int64_t tokens);
  /// The product with the rows of the table [tokens, D] (Press and Wolf, 2017) and "NAME.bias". The embedder is
  /// scaled. Where inputs and D differ, "NAME.narrow.weight" [inputs, D] stands between. UserError where the table is the
  /// identity: there is nothing to share.
  TokenOutput(ParameterSet& parameters, const std::string& name, std::int64_t inputs, const Embedder& table);

  /// [..., inputs] -> logits [..., tokens]
  Var operator()(Var x) const;

 private:
  Linear own_;
  Linear project_;
  bool projects_ = false;
  Embedder table_;
  Parameter bias_;
  bool tied_ = false;
};

}  // namespace seqlab

#pragma once

// Ids to vectors: a table of rows, or the unit vectors of one-hot, which are never stored.

#include <span>
#include <string>
#include <vector>

#include "nn/linear.h"
#include "nn/parameter.h"

namespace seqlab {

/// What an embedding plugin makes of a vocabulary.
struct EmbeddingTable {
  bool identity = false;       // one-hot: the vector of id i is the i-th unit vector; `values` is empty
  std::int64_t dimension = 0;  // D
  std::vector<float> values;   // [V, D] by rows
};

/// What a model does with a table.
struct EmbedderOptions {
  std::int64_t frozen_epochs = 0;  // the table stays as it is for so many epochs (see ParameterSet::freeze)
  std::int64_t projection = 0;     // a learned linear map without bias to so many numbers; 0: none
  bool scaled = false;             // the table is kept over sqrt(D) and looked up times sqrt(D)
};

class Embedder {
 public:
  Embedder() = default;
  /// Keeps the table among `parameters` as `name` (unless it is the identity), and its projection as "name.projection".
  Embedder(ParameterSet& parameters, const std::string& name, std::int64_t vocabulary, const EmbeddingTable& table,
           const EmbedderOptions& options = {});

  /// ids of `steps` times `batch`, time-major -> [steps, batch, dimension()].
  [[nodiscard]] Var operator()(Tape& tape, std::span<const int> ids, std::int64_t steps, std::int64_t batch) const;
  [[nodiscard]] std::int64_t dimension() const { return projected_ > 0 ? projected_ : dimension_; }
  [[nodiscard]] const Parameter& table() const { return table_; }  // does not exist where the vectors are unit vectors
  [[nodiscard]] bool scaled() const { return scaled_; }

 private:
  Parameter table_;
  Linear projection_;
  bool identity_ = false;
  bool scaled_ = false;
  std::int64_t dimension_ = 0;  // D
  std::int64_t projected_ = 0;
};

}  // namespace seqlab

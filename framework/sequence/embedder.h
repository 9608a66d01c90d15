#pragma once

// Ids to vectors: a table of rows, or the unit vectors of one-hot, which are never stored.

#include <span>
#include <string>
#include <vector>

#include "nn/parameter.h"

namespace seqlab {

/// What an embedding plugin makes of a vocabulary.
struct EmbeddingTable {
  bool identity = false;       // one-hot: the vector of id i is the i-th unit vector; `values` is empty
  std::int64_t dimension = 0;  // D
  std::vector<double> values;  // [V, D] by rows
};

class Embedder {
 public:
  Embedder() = default;
  /// Keeps the table among `parameters` as `name` (unless it is the identity).
  Embedder(ParameterSet& parameters, const std::string& name, std::int64_t vocabulary, const EmbeddingTable& table);

  /// ids of `steps` times `batch`, time-major -> [steps, batch, D].
  [[nodiscard]] Var operator()(Tape& tape, std::span<const int> ids, std::int64_t steps, std::int64_t batch) const;
  [[nodiscard]] std::int64_t dimension() const { return dimension_; }
  [[nodiscard]] const Parameter& table() const { return table_; }  // does not exist where the vectors are unit vectors

 private:
  Parameter table_;
  bool identity_ = false;
  std::int64_t dimension_ = 0;
};

}  // namespace seqlab

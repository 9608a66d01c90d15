#pragma once

// Where gradients end: a matrix that outlives the batch (a parameter) with the gradient collected for it.

#include <cstdint>
#include <string>
#include <vector>

#include "core/tensor.h"
#include "kernels/product.h"

namespace seqlab {

/// What of a leaf's gradient has been written in this batch.
enum class Touched { nothing, rows, all };

struct Leaf {
  std::string name;  // "encoder.forward.recurrent.weight"
  Tensor value;      // contiguous
  Tensor gradient;   // contiguous; meaningful where touched
  Touched touched = Touched::nothing;
  std::vector<int> rows;               // touched rows, each once, where `touched` is rows; all others are zero
  std::vector<char> row_marks;         // [rows], 1 where listed
  Rounding rounding = Rounding::none;  // of the products with it, forward and backward
  std::uint64_t version = 0;           // grows with every change of the value
  bool frozen = false;                 // of a table: it collects no gradient

  /// A gradient still to be computed: rows first_row.. += input^T * output_gradient, all of a batch in one product.
  struct Pending {
    Tensor input;            // [R, K]
    Tensor output_gradient;  // [R, N]
    std::int64_t first_row;  // of the leaf
  };
  std::vector<Pending> pending;

  std::uint64_t tape_serial = 0;  // the tape (and its batch) that knows this leaf as `id`
  int id = -1;

  /// The whole gradient for adding: zeroed where nothing was written yet.
  Tensor& add_to_all();
  /// Row `index` of the gradient for adding; zero where it was not written yet.
  Tensor& add_to_row(int index);
  void clear_gradient();  // to nothing
};

}  // namespace seqlab

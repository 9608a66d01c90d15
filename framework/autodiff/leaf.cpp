#include "autodiff/leaf.h"

namespace seqlab {

// The gradient of a leaf that is only ever touched by rows is zero outside of them: zeroed once, and after each batch again
// where it was touched. So a table of a million rows costs what its batch touches.
Tensor& Leaf::add_to_all() {
  if (touched == Touched::nothing && row_marks.empty()) fill(gradient, 0.0);
  if (touched != Touched::all && !row_marks.empty()) {
    for (const int row : rows) row_marks[static_cast<std::size_t>(row)] = 0;
    rows.clear();
  }
  touched = Touched::all;
  return gradient;
}

Tensor& Leaf::add_to_row(int index) {
  if (touched == Touched::all) return gradient;
  if (row_marks.empty()) {
    row_marks.assign(static_cast<std::size_t>(gradient.rows()), 0);
    fill(gradient, 0.0);
  }
  touched = Touched::rows;
  if (row_marks[static_cast<std::size_t>(index)] == 0) {
    row_marks[static_cast<std::size_t>(index)] = 1;
    rows.push_back(index);
  }
  return gradient;
}

void Leaf::clear_gradient() {
  if (touched == Touched::all && !row_marks.empty()) fill(gradient, 0.0);
  if (touched == Touched::rows) {
    for (const int row : rows) {
      fill(gradient.slice_rows(row, {gradient.columns()}), 0.0);
      row_marks[static_cast<std::size_t>(row)] = 0;
    }
    rows.clear();
  }
  touched = Touched::nothing;
  pending.clear();
}

}  // namespace seqlab

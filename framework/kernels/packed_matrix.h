#pragma once

// A matrix that serves many products with few rows, kept in the order of memory that suits them: what a recurrent weight is
// to the steps of a sequence.

#include <memory>

#include "core/tensor.h"
#include "kernels/product.h"

namespace seqlab {

class PackedMatrix {
 public:
  /// op(w) [K, N] for left factors of `rows` rows, both rounded as product() does. `w` stays where and what it is as long as
  /// this lives. Belongs to the thread that made it, which may be one of several in parallel().
  PackedMatrix(const Tensor& w, bool transpose, std::int64_t rows, Rounding rounding = Rounding::none);
  PackedMatrix(PackedMatrix&&) noexcept;
  PackedMatrix& operator=(PackedMatrix&&) noexcept;
  ~PackedMatrix();

  /// c [rows, N] = or += a [rows, K] op(w). Not entered in the profile.
  void multiply(const Tensor& a, const Tensor& c, bool accumulate) const;

 private:
  struct Packed;
  Tensor w_;
  bool transpose_;
  std::unique_ptr<Packed> packed_;  // null: multiplied as it is
};

}  // namespace seqlab

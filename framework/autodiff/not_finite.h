#pragma once

// Where NaN or infinity came up first on a tape: for the message of a run that ends with it.

#include <cstddef>
#include <optional>

#include "autodiff/tape.h"

namespace seqlab {

bool all_finite(const Tensor& tensor);

struct NotFinite {
  Origin origin;
  std::size_t index = 0;         // of the value on its tape, from 0
  const Leaf* before = nullptr;  // the parameter that was used last before it
};

/// The first value, in the order of the forward pass, that holds a number that is not finite. Before backward(), which may
/// overwrite values.
std::optional<NotFinite> first_not_finite_value(const Tape& tape);

/// The first value, in the order of the way back, whose gradient is not finite. After backward(); gradients of leaves are
/// the leaves' own.
std::optional<NotFinite> first_not_finite_gradient(const Tape& tape);

}  // namespace seqlab

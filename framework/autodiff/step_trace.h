#pragma once

// What was computed on a tape while somebody watched: linear maps and equations, in their order, so that they can be
// repeated for other rows and other steps without the tape.

#include <span>
#include <typeinfo>
#include <variant>
#include <vector>

#include "autodiff/tape.h"
#include "kernels/pointwise.h"

namespace seqlab {

struct StepTrace {
  /// y = x W + b; where a sum was folded into it, `sum` = y + addend is what counts.
  struct Map {
    Var x, y;
    Leaf* weight = nullptr;
    Leaf* bias = nullptr;  // or null
    Var sum, addend;
  };
  /// A call of pointwise(), with its kernels for any number of rows.
  struct Equations {
    using Forward = void (*)(const void* equations, std::span<const Tensor> inputs, const Shape& shape,
                             std::span<const Tensor> results);
    using Backward = void (*)(const void* equations, std::span<const Tensor> inputs, const Shape& shape,
                              std::span<const Tensor> upstream, std::span<const pointwise_kernel::Target> targets,
                              Arena& arena);
    std::vector<Var> inputs, results;
    const void* equations = nullptr;  // in the tape's arena
    Forward forward = nullptr;
    Backward backward = nullptr;
    const std::type_info* type = nullptr;
  };
  std::vector<std::variant<Map, Equations>> operations;
};

}  // namespace seqlab

#include "autodiff/not_finite.h"

#include <algorithm>
#include <cmath>

namespace seqlab {
namespace {

NotFinite place(const Tape& tape, std::size_t index) {
  NotFinite found{tape.trace(index).origin, index, nullptr};
  for (std::size_t i = index; i-- > 0 && found.before == nullptr;) found.before = tape.trace(i).origin.leaf;
  return found;
}

}  // namespace

bool all_finite(const Tensor& tensor) {
  return with_precision(tensor.precision, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t r = 0; r < tensor.rows(); ++r) {
      const T* row = tensor.row<T>(r);
      if (!std::all_of(row, row + tensor.columns(), [](T x) { return std::isfinite(x); })) return false;
    }
    return true;
  });
}

std::optional<NotFinite> first_not_finite_value(const Tape& tape) {
  for (std::size_t i = 0; i < tape.value_count(); ++i) {
    const Tensor value = tape.trace(i).value;
    if (value.data != nullptr && !all_finite(value)) return place(tape, i);
  }
  return std::nullopt;
}

std::optional<NotFinite> first_not_finite_gradient(const Tape& tape) {
  for (std::size_t i = tape.value_count(); i-- > 0;) {
    const Tensor gradient = tape.trace(i).gradient;
    if (gradient.data != nullptr && !all_finite(gradient)) return place(tape, i);
  }
  return std::nullopt;
}

}  // namespace seqlab

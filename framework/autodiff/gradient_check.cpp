#include "autodiff/gradient_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace seqlab {

GradientCheck check_gradient(const std::function<Var(Tape&)>& loss, std::span<Leaf* const> leaves, int at_most) {
  constexpr double kStep = 1e-5;
  constexpr double kSmall = 1e-3;  // below it rounding of the loss counts more than the gradient
  Tape tape(Precision::f64, true);
  tape.set_randomness(1, 1);
  for (Leaf* leaf : leaves) {
    expect(leaf->value.precision == Precision::f64, "gradients are checked in f64");
    leaf->clear_gradient();
  }
  tape.backward(loss(tape));
  std::vector<std::vector<double>> analytic;
  for (Leaf* leaf : leaves) {
    auto& values = analytic.emplace_back(static_cast<std::size_t>(leaf->value.elements()), 0.0);
    if (leaf->touched != Touched::nothing) std::copy_n(leaf->gradient.row<double>(0), values.size(), values.begin());
    leaf->clear_gradient();
  }
  const auto value = [&] {
    tape.clear();
    tape.set_randomness(1, 1);
    return loss(tape).value().at(0, 0);
  };
  GradientCheck check;
  for (std::size_t l = 0; l < leaves.size(); ++l) {
    double* numbers = leaves[l]->value.row<double>(0);
    const std::int64_t count = leaves[l]->value.elements();
    const std::int64_t stride =
        std::max<std::int64_t>(1, count / at_most) | 1;  // odd: an even one would keep to some columns
    for (std::int64_t i = 0; i < count; i += stride) {
      const double kept = numbers[i];
      const auto shifted = [&](double by) {
        numbers[i] = kept + by;
        return value();
      };
      // The five-point formula: its error is of order step^4, so what is left is rounding.
      const double numeric =
          (8 * (shifted(kStep * 10) - shifted(-kStep * 10)) - (shifted(kStep * 20) - shifted(-kStep * 20))) /
          (12 * kStep * 10);
      numbers[i] = kept;
      const double exact = analytic[l][static_cast<std::size_t>(i)];
      const double error = std::abs(exact - numeric) / std::max({kSmall, std::abs(exact), std::abs(numeric)});
      ++check.elements;
      if (!std::isnan(check.worst) && !(error <= check.worst)) {
        check.worst = error;
        check.where = fmt::format("{}[{}]: analytic {:.9g}, numeric {:.9g}", leaves[l]->name, i, exact, numeric);
      }
    }
  }
  return check;
}

}  // namespace seqlab

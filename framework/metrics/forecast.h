#pragma once

// Metrics of a forecast, in the unit of what is foretold. All spans are equally long; `last` is what persistence says: the
// last number known.

#include <span>

namespace seqlab {

double mean_absolute_error(std::span<const double> predictions, std::span<const double> truth);
double root_mean_squared_error(std::span<const double> predictions, std::span<const double> truth);

/// The mean absolute error as a multiple of that of persistence on the same steps (after Hyndman and Koehler, 2006, who
/// scale by persistence too, but on the training part): below 1 is better than saying the last number again. InternalError
/// where persistence makes no error.
double scaled_error(std::span<const double> predictions, std::span<const double> truth, std::span<const double> last);

/// Share of the changes whose sign is foretold, among steps that do change; no change foretold is wrong. 0 for none at all.
double direction_share(std::span<const double> predictions, std::span<const double> truth, std::span<const double> last);

}  // namespace seqlab

#pragma once

// What the runs of an experiment have logged on their way, variant by variant: what `seqlab plot` draws.

#include <map>
#include <string>
#include <vector>

#include "results/comparison.h"
#include "results/database.h"

namespace seqlab {

/// The values at one x, over the seeds that have a finite one.
struct CurvePoint {
  double x = 0;
  double mean = 0;
  double low = 0, high = 0;  // the smallest and the largest
  int seeds = 0;
};

struct Curve {
  std::string label;  // of the variant; "" where there is but one
  std::vector<CurvePoint> points;
};

/// `metric` of the comparison's runs, x in epochs. Variants without a point are left out.
std::vector<Curve> learning_curves(Database& database, const Comparison& comparison, const std::string& metric);

/// What the runs have logged on their way, but for gradients by lag; sorted.
std::vector<std::string> logged_metrics(Database& database, const Comparison& comparison);

/// The norms of the loss's gradient with respect to the states of each layer ("1.forward"), x the lag in steps, at the start
/// of an epoch (0: before training). Empty where no run has logged them: train.gradient_by_lag = true does.
std::map<std::string, std::vector<Curve>> gradients_by_lag(Database& database, const Comparison& comparison, int epoch);

}  // namespace seqlab

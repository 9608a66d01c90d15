#pragma once

// What quality costs: a metric beside the seconds of training or the parameters of the model.

#include <optional>
#include <string>
#include <vector>

#include "results/comparison.h"

namespace seqlab {

enum class Cost { seconds, parameters };
/// "seconds" or "parameters"; UserError with did-you-mean for another word.
Cost cost_named(const std::string& word);

struct VariantCost {
  Summary score;
  Summary cost;
  Summary quotient;  // score per second, or per million parameters, run by run; empty where the metric is to be minimised
  bool on_front = false;  // none for the same problem is both cheaper and at least as good, or as cheap and better
};

/// By variant, over the runs whose value and cost are known.
std::vector<VariantCost> costs_of(const Comparison& comparison, Cost cost);

/// For a person: a row for each variant, a sentence.
std::string render(const Comparison& comparison, const std::vector<VariantCost>& costs, Cost cost);

/// One row per variant: the factors, n, mean, seconds or parameters, the quotient with low and high, front.
TextTable cost_rows(const Comparison& comparison, const std::vector<VariantCost>& costs, Cost cost, bool rounded = false);

}  // namespace seqlab

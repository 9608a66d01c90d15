#pragma once

// Metrics of a classifier. Classes are numbers from 0.

#include <span>
#include <vector>

namespace seqlab {

/// Share of right predictions, 0 to 1; 0 for none at all.
double accuracy(std::span<const int> predictions, std::span<const int> references);

/// Mean over the classes that occur (predicted or true) of F1 = 2 p r / (p + r), each class with the same weight, as
/// scikit-learn's f1_score(average="macro") has it.
double macro_f1(std::span<const int> predictions, std::span<const int> references, int classes);

/// Area under the curve of the true over the false positive rate: the probability that a positive example scores higher than
/// a negative one, half for equal scores (Hanley and McNeil, 1982). InternalError where one kind is absent.
double auroc(std::span<const double> scores, const std::vector<bool>& positive);

}  // namespace seqlab

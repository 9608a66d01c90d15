#include "vectors/softmax_update.h"

#include <Eigen/Core>
#include <cmath>

namespace seqlab {
namespace {

using Row = Eigen::Map<Eigen::ArrayXf>;

}  // namespace

SoftmaxUpdate::SoftmaxUpdate(VectorRows& outputs, std::span<const std::int64_t> counts)
    : outputs_(outputs), targets_(counts.size(), 0.0F), change_(static_cast<std::size_t>(outputs.stride())) {
  for (std::size_t id = 0; id < counts.size(); ++id) {
    if (counts[id] > 0) words_.push_back(static_cast<int>(id));
  }
  scores_.resize(words_.size());
}

double SoftmaxUpdate::operator()(float* input, std::span<const int> targets, float rate) {
  const auto row = [&](float* numbers) { return Row(numbers, outputs_.stride()); };
  for (std::size_t i = 0; i < words_.size(); ++i) scores_[i] = (row(outputs_.row(words_[i])) * row(input)).sum();
  Eigen::Map<Eigen::ArrayXf> scores(scores_.data(), static_cast<Eigen::Index>(scores_.size()));
  const float most = scores.maxCoeff();
  const float sum = (scores - most).exp().sum();
  double loss = static_cast<double>(targets.size()) * (static_cast<double>(most) + std::log(static_cast<double>(sum)));
  for (const int target : targets) {
    targets_[static_cast<std::size_t>(target)] += 1.0F;
    loss -= static_cast<double>((row(outputs_.row(target)) * row(input)).sum());
  }
  row(change_.data()).setZero();
  const auto count = static_cast<float>(targets.size());
  for (std::size_t i = 0; i < words_.size(); ++i) {
    const float probability = std::exp(scores_[i] - most) / sum;
    const float error = rate * (targets_[static_cast<std::size_t>(words_[i])] - count * probability);
    row(change_.data()) += error * row(outputs_.row(words_[i]));
    row(outputs_.row(words_[i])) += error * row(input);
  }
  row(input) += row(change_.data());
  for (const int target : targets) targets_[static_cast<std::size_t>(target)] = 0.0F;
  return loss;
}

}  // namespace seqlab

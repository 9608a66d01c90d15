#include "kernels/softmax.h"

#include <fmt/format.h>

#include "catch.h"
#include "kernels/matrix.h"

using namespace seqlab;
using test::largest_difference;
using test::Matrix;

namespace {

double tolerance(Precision precision) { return precision == Precision::f64 ? 1e-13 : 2e-6; }

/// Softmax of the first `count` numbers of a row, in double.
std::vector<double> softmax_of(const Tensor& scores, std::int64_t row, std::int64_t count) {
  double largest = -INFINITY;
  for (std::int64_t c = 0; c < count; ++c) largest = std::max(largest, scores.at(row, c));
  std::vector<double> weights(static_cast<std::size_t>(scores.columns()));
  double sum = 0;
  for (std::int64_t c = 0; c < count; ++c) sum += std::exp(scores.at(row, c) - largest);
  for (std::int64_t c = 0; c < count; ++c)
    weights[static_cast<std::size_t>(c)] = std::exp(scores.at(row, c) - largest) / sum;
  return weights;
}

void scale(const Tensor& tensor, double factor) {
  for (std::int64_t r = 0; r < tensor.rows(); ++r) {
    for (std::int64_t c = 0; c < tensor.columns(); ++c) tensor.set(r, c, factor * tensor.at(r, c));
  }
}

std::vector<Reach> from_start(const std::vector<int>& lengths) {
  std::vector<Reach> reaches;
  for (const int length : lengths) reaches.push_back({0, length});
  return reaches;
}

}  // namespace

TEST_CASE("masked softmax gives shares of the positions that exist", "[kernels][softmax]") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    for (const std::int64_t columns : {1, 15, 16, 17, 100}) {
      for (const double size : {1.0, 1e4}) {
        INFO(fmt::format("{} columns {} size {}", precision_name(precision), columns, size));
        const std::vector<int> lengths{0, 1, static_cast<int>(columns), static_cast<int>(columns + 5),
                                       static_cast<int>(columns) / 2};
        const Matrix scores({5, 2, columns}, precision, "scores", 3);
        scale(scores, size);
        const Matrix weights({5, 2, columns}, precision, "weights", 1);
        fill(weights, std::nan(""));
        masked_softmax(scores, from_start(lengths), weights);
        std::vector<double> expected;
        for (std::int64_t r = 0; r < 10; ++r) {
          const auto row = softmax_of(scores, r, std::min<std::int64_t>(lengths[static_cast<std::size_t>(r / 2)], columns));
          expected.insert(expected.end(), row.begin(), row.end());
        }
        // A score of 1e4 has itself a rounding error of 1e4 times that of 1.
        CHECK(largest_difference(test::values_of(weights), expected) < tolerance(precision) * std::max(1.0, size / 10));
      }
    }
  }
}

TEST_CASE("masked softmax leaves out what stands before a reach, and all of one that lies outside", "[kernels][softmax]") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    const Matrix scores({6, 20}, precision, "scores", 3), weights({6, 20}, precision, "weights");
    fill(weights, std::nan(""));
    const std::vector<Reach> reaches{{3, 20}, {7, 8}, {0, 0}, {12, 5}, {-4, 2}, {25, 30}};
    masked_softmax(scores, reaches, weights);
    for (std::int64_t r = 0; r < 6; ++r) {
      const Reach reach = reaches[static_cast<std::size_t>(r)];
      double sum = 0, all = 0;
      for (std::int64_t c = 0; c < 20; ++c) {
        if (c >= reach.first && c < reach.last) sum += std::exp(scores.at(r, c));
      }
      for (std::int64_t c = 0; c < 20; ++c) {
        const bool inside = c >= reach.first && c < reach.last;
        INFO(fmt::format("{} row {} column {}", precision_name(precision), r, c));
        CHECK(weights.at(r, c) == Approx(inside ? std::exp(scores.at(r, c)) / sum : 0.0));
        all += weights.at(r, c);
      }
      CHECK(all == Approx(r == 2 || r == 3 || r == 5 ? 0.0 : 1.0));
    }
  }
}

TEST_CASE("softmax's gradient, written, added and in place", "[kernels][softmax]") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    const std::vector<int> lengths{20, 1, 7};
    const Matrix scores({3, 20}, precision, "scores"), weights({3, 20}, precision, "weights"),
        up({3, 20}, precision, "up", 2);
    masked_softmax(scores, from_start(lengths), weights);
    std::vector<double> expected;
    for (std::int64_t r = 0; r < 3; ++r) {
      double mean = 0;
      for (std::int64_t c = 0; c < 20; ++c) mean += weights.at(r, c) * up.at(r, c);
      for (std::int64_t c = 0; c < 20; ++c) expected.push_back(weights.at(r, c) * (up.at(r, c) - mean));
    }
    const Matrix out({3, 20}, precision, "out");
    fill(out, std::nan(""));
    softmax_backward(weights, up, out, false);
    CHECK(largest_difference(test::values_of(out), expected) < tolerance(precision));
    softmax_backward(weights, up, out, true);
    for (double& value : expected) value *= 2;
    CHECK(largest_difference(test::values_of(out), expected) < tolerance(precision));
    softmax_backward(weights, up, up, false);
    for (double& value : expected) value /= 2;
    CHECK(largest_difference(test::values_of(up), expected) < tolerance(precision));
  }
}

TEST_CASE("cross entropy and its gradient, rows without a target left out", "[kernels][softmax]") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    for (const std::int64_t columns : {2, 16, 33}) {
      INFO(fmt::format("{} columns {}", precision_name(precision), columns));
      const Matrix logits({4, columns}, precision, "logits", 2);
      const std::vector<int> targets{0, -1, 1, static_cast<int>(columns) - 1};
      std::vector<Normaliser> normalisers(4);
      std::int64_t correct = 0;
      const double total = cross_entropy(logits, targets, normalisers, correct);
      double expected = 0;
      std::int64_t hits = 0;
      std::vector<double> gradient;
      for (std::int64_t r = 0; r < 4; ++r) {
        const int target = targets[static_cast<std::size_t>(r)];
        const auto p = softmax_of(logits, r, columns);
        if (target >= 0) {
          expected -= std::log(p[static_cast<std::size_t>(target)]);
          hits += std::ranges::max_element(p) - p.begin() == target ? 1 : 0;
        }
        for (std::int64_t c = 0; c < columns; ++c) {
          gradient.push_back(target < 0 ? 0 : 0.5 * (p[static_cast<std::size_t>(c)] - (c == target ? 1 : 0)));
        }
      }
      CHECK(total == Approx(expected).epsilon(tolerance(precision)));
      CHECK(correct == hits);
      const Matrix out({4, columns}, precision, "out");
      fill(out, std::nan(""));
      cross_entropy_backward(logits, targets, normalisers, 0.5, out, false);
      CHECK(largest_difference(test::values_of(out), gradient) < tolerance(precision));
      cross_entropy_backward(logits, targets, normalisers, 0.5, out, true);
      for (double& value : gradient) value *= 2;
      CHECK(largest_difference(test::values_of(out), gradient) < tolerance(precision));
      cross_entropy_backward(logits, targets, normalisers, 1.0, logits, false);
      CHECK(largest_difference(test::values_of(logits), gradient) < tolerance(precision));
    }
  }
}

TEST_CASE("cross entropy of logits of 1e4 is finite, and NaN comes through", "[kernels][softmax]") {
  for (const Precision precision : {Precision::f32, Precision::f64}) {
    const Matrix logits({1, 20}, precision, "logits");
    fill(logits, 0);
    logits.tensor().set(0, 3, 1e4);
    std::vector<Normaliser> normalisers(1);
    std::int64_t correct = 0;
    CHECK(cross_entropy(logits, std::vector<int>{3}, normalisers, correct) == Approx(0).margin(1e-6));
    CHECK(correct == 1);
    CHECK(cross_entropy(logits, std::vector<int>{4}, normalisers, correct) == Approx(1e4));
    CHECK(correct == 1);
    for (const std::int64_t place : {0, 5, 18}) {
      fill(logits, 0);
      logits.tensor().set(0, place, std::nan(""));
      INFO(precision_name(precision) << " NaN at " << place);
      CHECK(std::isnan(cross_entropy(logits, std::vector<int>{4}, normalisers, correct)));
    }
  }
}

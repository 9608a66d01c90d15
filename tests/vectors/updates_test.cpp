// The steps of gradient descent that word2vec is made of, held against plain loops.

#include <cmath>

#include "catch.h"
#include "vectors/logistic_update.h"
#include "vectors/softmax_update.h"
#include "vectors/vector_rows.h"

using namespace seqlab;

namespace {

double dot(const float* a, const float* b, std::int64_t count) {
  double sum = 0;
  for (std::int64_t i = 0; i < count; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

VectorRows random_rows(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
  VectorRows made(rows, columns);
  Random random(seed, "rows");
  made.fill_uniform(0.8, random);
  return made;
}

}  // namespace

TEST_CASE("all pairs of a window move by the gradient of the logistic loss", "[vectors][updates]") {
  constexpr float kRate = 0.1F;
  for (const std::size_t outputs : {std::size_t{1}, std::size_t{6}, std::size_t{12}, std::size_t{17}}) {
    constexpr std::int64_t kColumns = 19;
    constexpr std::size_t kInputs = 5;
    VectorRows in = random_rows(kInputs, kColumns, 1);
    VectorRows out = random_rows(static_cast<std::int64_t>(outputs), kColumns, 2);
    const auto old_in = in.packed();
    const auto old_out = out.packed();
    std::vector<float*> in_rows;
    std::vector<float*> out_rows;
    std::vector<float> labels;
    std::vector<float> rates;
    for (std::size_t m = 0; m < kInputs; ++m) in_rows.push_back(in.row(static_cast<std::int64_t>(m)));
    for (std::size_t n = 0; n < outputs; ++n) {
      out_rows.push_back(out.row(static_cast<std::int64_t>(n)));
      labels.push_back(n % 3 == 0 ? 1.0F : 0.0F);
      rates.push_back(n % 2 == 0 ? kRate : kRate / 2);
    }
    LogisticUpdate update(in.stride(), kInputs);
    update(in_rows, out_rows, labels, rates);

    // Outputs are taken twelve at a time: the second part sees the inputs that the first has changed.
    std::vector<double> expected_in(old_in.begin(), old_in.end());
    std::vector<double> expected_out(old_out.begin(), old_out.end());
    for (std::size_t first = 0; first < outputs; first += 12) {
      const std::vector<double> before = expected_in;
      for (std::size_t m = 0; m < kInputs; ++m) {
        for (std::size_t n = first; n < std::min(outputs, first + 12); ++n) {
          double product = 0;
          for (std::size_t c = 0; c < kColumns; ++c)
            product += before[m * kColumns + c] * static_cast<double>(old_out[n * kColumns + c]);
          const double error =
              static_cast<double>(rates[n]) * (static_cast<double>(labels[n]) - 1 / (1 + std::exp(-product)));
          for (std::size_t c = 0; c < kColumns; ++c) {
            expected_in[m * kColumns + c] += error * static_cast<double>(old_out[n * kColumns + c]);
            expected_out[n * kColumns + c] += error * before[m * kColumns + c];
          }
        }
      }
    }
    const auto new_in = in.packed();
    const auto new_out = out.packed();
    double worst = 0;
    for (std::size_t i = 0; i < new_in.size(); ++i)
      worst = std::max(worst, std::abs(static_cast<double>(new_in[i]) - expected_in[i]));
    for (std::size_t i = 0; i < new_out.size(); ++i)
      worst = std::max(worst, std::abs(static_cast<double>(new_out[i]) - expected_out[i]));
    CHECK(worst < 1e-6);
  }
}

TEST_CASE("the softmax over all words moves by its gradient", "[vectors][updates]") {
  constexpr float kRate = 1e-3F;
  const std::vector<std::int64_t> counts{3, 0, 2, 5, 1};
  const std::vector<int> targets{2, 3, 3};
  const auto loss = [&](const VectorRows& out, const float* input) {
    double sum = 0;
    double total = 0;
    for (std::int64_t w = 0; w < 5; ++w)
      total += counts[static_cast<std::size_t>(w)] > 0 ? std::exp(dot(out.row(w), input, 7)) : 0.0;
    for (const int t : targets) sum += std::log(total) - dot(out.row(t), input, 7);
    return sum;
  };
  VectorRows out = random_rows(5, 7, 3);
  VectorRows input = random_rows(1, 7, 4);
  const auto old_out = out.packed();
  const auto old_in = input.packed();
  VectorRows probe_out = random_rows(5, 7, 3);
  VectorRows probe_in = random_rows(1, 7, 4);
  const double before = loss(out, input.row(0));
  SoftmaxUpdate update(out, counts);
  CHECK(update(input.row(0), targets, kRate) == Approx(before).epsilon(1e-5));
  CHECK(loss(out, input.row(0)) < before);
  constexpr float kStep = 1e-2F;
  for (std::size_t i = 0; i < old_in.size() + old_out.size(); ++i) {
    const bool inner = i < old_in.size();
    float& number = inner ? probe_in.row(0)[i]
                          : probe_out.row(static_cast<std::int64_t>((i - old_in.size()) / 7))[(i - old_in.size()) % 7];
    const float kept = number;
    number = kept + kStep;
    const double up = loss(probe_out, probe_in.row(0));
    number = kept - kStep;
    const double down = loss(probe_out, probe_in.row(0));
    number = kept;
    const double gradient = (up - down) / (2 * static_cast<double>(kStep));
    const float changed =
        inner ? input.row(0)[i] : out.row(static_cast<std::int64_t>((i - old_in.size()) / 7))[(i - old_in.size()) % 7];
    CHECK(static_cast<double>(changed - kept) == Approx(-static_cast<double>(kRate) * gradient).margin(2e-6));
  }
}

// Against scipy and enumerated bootstraps: tests/golden/statistics_golden.py.

#include <cmath>

#include "catch.h"
#include "golden/golden_file.h"
#include "metrics/bleu.h"
#include "results/bootstrap.h"
#include "results/statistics.h"

using namespace seqlab;
using golden::Json;
using golden::numbers;

namespace {

bool near(double ours, double golden) { return std::abs(ours - golden) <= 1e-6 * std::max(1e-300, std::abs(golden)); }

ExampleStatistics statistics_of(const Json& rows) {
  ExampleStatistics out;
  out.width = rows[0].size();
  out.numbers = numbers(rows);
  return out;
}

double bleu_of_sums(std::span<const double> sums, std::size_t) {
  BleuStatistics counts;
  for (std::size_t i = 0; i < kBleuOrder; ++i) {
    counts.matches[i] = static_cast<std::int64_t>(sums[i]);
    counts.totals[i] = static_cast<std::int64_t>(sums[i + kBleuOrder]);
  }
  counts.hypothesis_length = static_cast<std::int64_t>(sums[8]);
  counts.reference_length = static_cast<std::int64_t>(sums[9]);
  return bleu_score(counts, false);
}

}  // namespace

TEST_CASE("golden: Student intervals are scipy's") {
  const Json all = golden::cases("statistics")["intervals"];
  REQUIRE(all.size() >= 6);
  for (const Json& c : all) {
    INFO(c.dump());
    const Summary summary = summarize(numbers(c["values"]));
    CHECK(near(summary.mean, c["mean"]));
    CHECK(near(*summary.sd, c["sd"]));
    CHECK(near(summary.interval()->low, c["low"]));
    CHECK(near(summary.interval()->high, c["high"]));
  }
}

TEST_CASE("golden: exact sign-flip p-values are scipy's") {
  const Json all = golden::cases("statistics")["sign_flip"];
  REQUIRE(all.size() >= 6);
  for (const Json& c : all) {
    INFO(c.dump());
    const PairedTest test = sign_flip_test(numbers(c["a"]), numbers(c["b"]));
    CHECK(test.exact);
    CHECK(near(test.p, c["p"]));
  }
}

TEST_CASE("golden: Holm's adjustment") {
  const Json all = golden::cases("statistics")["holm"];
  REQUIRE(all.size() >= 3);
  for (const Json& c : all) {
    INFO(c.dump());
    const std::vector<double> ours = holm(numbers(c["p"]));
    const std::vector<double> theirs = numbers(c["adjusted"]);
    REQUIRE(ours.size() == theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) CHECK(near(ours[i], theirs[i]));
  }
}

TEST_CASE("golden: the bootstrap comes to the p and the interval of all samples") {
  const Json all = golden::cases("statistics")["bootstrap"];
  REQUIRE(all.size() >= 5);
  constexpr std::int64_t kSamples = 100'000;
  for (const Json& c : all) {
    INFO(c.dump());
    std::vector<PairedExamples> pairs;
    for (const Json& pair : c["pairs"]) pairs.push_back({statistics_of(pair["baseline"]), statistics_of(pair["system"])});
    const bool bleu = c["kind"] == "bleu";
    const SampleScore exact = [](std::span<const double> sums, std::size_t n) { return sums[0] / static_cast<double>(n); };
    const BootstrapTest test = paired_bootstrap(pairs, bleu ? SampleScore(bleu_of_sums) : exact, kSamples, 1);
    CHECK(std::abs(test.difference - c["difference"].get<double>()) < 1e-9);
    const double p = c["p"];
    // Five standard errors of twice the share of a tail, and what (hits + 1) / (samples + 1) adds.
    CHECK(std::abs(test.p - p) <= 10 * std::sqrt(p / 2 * (1 - p / 2) / kSamples) + 4.0 / kSamples);
    const double spread = test.interval.high - test.interval.low;
    if (!c["low"].is_null()) CHECK(std::abs(test.interval.low - c["low"].get<double>()) <= 0.02 * spread + 1e-9);
    if (!c["high"].is_null()) CHECK(std::abs(test.interval.high - c["high"].get<double>()) <= 0.02 * spread + 1e-9);
  }
}

#pragma once

// Every other value of a factor against a baseline, over matched blocks: runs that are equal in every other factor and in
// the seed.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "results/bootstrap.h"
#include "results/comparison.h"

namespace seqlab {

constexpr double kSignificance = 0.05;

/// One value against the baseline.
struct Contrast {
  std::string label;                                         // "additive", "additive/gru", "additive, units=64"
  std::vector<std::pair<std::int64_t, std::int64_t>> pairs;  // ids of the runs of a block: baseline, this
  std::int64_t incomplete = 0;                               // blocks in which one of the two has no value
  std::int64_t unmatched = 0;              // variants without one of the baseline that is equal in all else
  std::int64_t seeds = 0;                  // different ones among the pairs
  PairedTest test;                         // this - baseline
  double adjusted_p = 1;                   // Holm's over all contrasts; NaN where the test's is
  std::optional<BootstrapTest> bootstrap;  // over stored examples
};

struct Contrasts {
  std::string baseline;              // "none", "none/lstm"
  std::string whole_variant;         // the first variant of the baseline: "attention=none,cell=lstm"
  std::vector<std::size_t> factors;  // that the baseline names, and those that vary with them
  std::vector<std::size_t> matched;  // the others: equal within a block
  std::vector<Contrast> rows;        // in the plan's order
  std::optional<std::uint64_t> bootstrap_seed;
  std::optional<std::int64_t> split_examples;  // of the bootstrap's split, stored or not, where the runs have told

  /// Tests that Holm's adjustment counts.
  [[nodiscard]] std::int64_t tests() const;
};

/// `baseline` is a value that one factor alone has ("none"), KEY=VALUE or several joined by commas, or a variant's label
/// ("none/lstm"). A factor that does not apply to the baseline (an option of a plugin that it does not use) splits the
/// others: each of its values is a contrast of its own. Factors that vary with those of the baseline, as in a [zip], are
/// compared together with them. NothingMatched (did-you-mean) where no variant is meant; UserError
/// where several factors have the value, or where the baseline has several values of a factor that does not apply to a
/// variant to be compared with it.
Contrasts contrasts_with(const Comparison& comparison, const std::string& baseline);

/// The fewest seeds with which the test can reach p < 0.05 after Holm's adjustment (it does if every difference has the same
/// sign); nothing where those there are can do it, or where there is no pair.
std::optional<std::int64_t> seeds_that_would_do(const Contrasts& contrasts, const Contrast& contrast);

/// Fills in `bootstrap` of every contrast that has pairs. Errors of StoredExamples.
void add_bootstrap(Contrasts& contrasts, Database& database, const std::string& metric, std::int64_t samples,
                   std::uint64_t seed);

}  // namespace seqlab

#pragma once

// What varies in an experiment: the product of [grid] with the rows of [zip], less [[exclude]], plus [[add]].

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/options.h"
#include "experiment/layers.h"
#include "experiment/validate.h"

namespace seqlab {

/// Values that some factors may have together: all of them must meet.
struct Pattern {
  std::vector<Factor> factors;
  const SweepTable* table = nullptr;  // where it is written
};

/// A factor of the grid, or the factors of [zip], which vary together.
struct Axis {
  std::vector<std::size_t> factors;  // places in Sweep::factors
  std::size_t size = 0;              // values of each
};

struct Sweep {
  std::vector<Factor> factors;  // in the file's order; last those that [[add]] alone names (with the values it gives them)
  std::vector<Axis> axes;       // the first varies slowest
  std::vector<Pattern> exclude;
  std::vector<Pattern> add;

  [[nodiscard]] std::size_t product() const;  // combinations of the axes; the largest number where they are too many
  [[nodiscard]] const Factor* seeds() const;  // nullptr where the seed does not vary
};

/// A factor, or factors that vary together, as the plan line names them.
struct AxisCount {
  std::string name;  // "attention", "batch", the full key where that is ambiguous; "cell+units" of [zip]
  std::size_t values = 0;
};

/// Judges what [grid], [zip], [[exclude]] and [[add]] say. The patterns point into `layers`.
Sweep judge_sweep(const ExperimentLayers& layers, Validator& validator);

/// Axes other than that of the seed alone.
std::vector<AxisCount> axis_counts(const Sweep& sweep);

/// Every combination of the axes.
std::vector<OptionValues> combinations(const Sweep& sweep);
bool matches(const Pattern& pattern, const OptionValues& combination);
/// The combinations that one [[add]] means: its alternatives, with the sweep's seeds where it names none.
std::vector<OptionValues> combinations_of(const Pattern& add, const Sweep& sweep);

}  // namespace seqlab

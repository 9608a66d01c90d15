#pragma once

// An experiment file that repeats one run.

#include <cstdint>
#include <string>

#include "core/options.h"

namespace seqlab {

struct RunToml {
  std::string name;  // of the new experiment
  std::string metric;
  OptionValues settings;  // dotted, as stored
  std::int64_t seed = 1;
  std::string comment;       // lines to stand at its head, without '#'
  std::int64_t threads = 0;  // that the run had: the same bits need as many; 0: not known
};

/// TOML with every setting written out: [data], [parts], [kind.name] for the options of a component, [train], and the seed
/// in [grid].
std::string to_toml(const RunToml& run);

/// A value as TOML: strings escaped, floats never without a point or exponent.
std::string toml_value(const OptionValue& value);

}  // namespace seqlab

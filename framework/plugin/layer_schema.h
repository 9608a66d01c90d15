#pragma once

// The options that models of recurrent layers have in common, described once.

#include <string>
#include <utility>

#include "core/options.h"
#include "sequence/layers.h"

namespace seqlab {

/// A schema that begins with the options of LayerOptions, for an Options struct that derives from it: units, layers,
/// dropout, residual, variational, learned_start. Their defaults are those that the struct's constructor gives them.
template <class Options>
Schema<Options> layer_schema(std::string summary) {
  return Schema<Options>(std::move(summary))
      .add("units", &LayerOptions::units, in_range(1, 65536), "width of a layer, its directions together")
      .add("layers", &LayerOptions::layers, in_range(1, 64), "cells above each other")
      .add("dropout", &LayerOptions::dropout, in_range(0, 0.95),
           "share of what the layers read, hand to each other and give out that is left out in training")
      .add("residual", &LayerOptions::residual,
           "each layer but the first adds what it reads to its output (Wu et al., 2016)")
      .add("variational", &LayerOptions::variational,
           "dropout leaves the same numbers out at every step of a sequence (Gal and Ghahramani, 2016)")
      .add("learned_start", &LayerOptions::learned_start, "the state before the first step is learned, else zero")
      .used(
          {"residual"}, [](const Options& o) { return o.layers > 1; }, "layers is 1")
      .used(
          {"variational"}, [](const Options& o) { return o.dropout > 0; }, "dropout is 0");
}

}  // namespace seqlab

#pragma once

// Cells above each other, each read in one direction or in both: what most models put between their inputs and outputs.

#include <memory>
#include <span>
#include <vector>

#include "plugin/cell.h"
#include "sequence/unroll.h"

namespace seqlab {

struct StackOptions {
  int units = 128;             // width of the outputs, both directions together
  int layers = 1;              // cells above each other
  bool bidirectional = false;  // needs an even number of units
  double dropout = 0;          // between two layers, in training
};

class RecurrentStack {
 public:
  RecurrentStack() = default;
  struct Layer {
    std::unique_ptr<Cell> forward;
    std::unique_ptr<Cell> backward;  // null: forward alone
  };
  RecurrentStack(std::vector<Layer> layers, double dropout) : layers_(std::move(layers)), dropout_(dropout) {}

  struct Result {
    Var outputs;               // [T, B, units] of the top layer
    Var last;                  // [B, units]: h after each row's last step, beside it that of the other direction
    std::vector<State> final;  // of each layer, forward: what the next part of a text goes on from
  };
  /// `inputs` [T, B, I] with T >= 1. `initial`: the state of each layer before the first step, of a stack that reads forward
  /// alone; empty: the cells' own.
  [[nodiscard]] Result operator()(Var inputs, std::span<const int> lengths, std::span<const State> initial = {}) const;
  [[nodiscard]] State initial(Tape& tape, int batch, std::size_t layer) const;
  [[nodiscard]] std::size_t size() const { return layers_.size(); }

 private:
  std::vector<Layer> layers_;
  double dropout_ = 0;
};

}  // namespace seqlab

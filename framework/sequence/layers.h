#pragma once

// The recurrent layers that models share: directions, stacks, what stands between the layers, and where they start.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "nn/parameter.h"
#include "sequence/recurrence.h"

namespace seqlab {

/// Which way a layer reads: `both` joins the outputs of two cells, forward first.
enum class Reading { forward, backward, both };

struct LayerOptions {
  int units = 128;  // columns of the outputs; where a layer reads both ways, each cell has half of them
  int layers = 1;
  Reading reading = Reading::forward;
  bool residual = false;       // each layer but the first adds its input to its output (Wu et al., 2016)
  double dropout = 0;          // between layers; before the first and behind the last it is the model's to use drop()
  bool variational = false;    // one mask of dropout for all steps (Gal and Ghahramani, 2016)
  bool learned_start = false;  // the state before the first step is learned, not zero
};

/// Where layers stopped, by layer, forward before backward. In an order that initial() and Layered::final share.
using LayerStates = std::vector<State>;

struct Layered {
  Var outputs;        // [T, B, units] of the top layer; behind a row's length: not to be used
  Var last;           // [B, units]: of them, each row's last step (of a backward cell: its first)
  LayerStates final;  // of all layers after each row's last step
};

class Layers {
 public:
  /// Makes the cell with the parameters "NAME. ..." for `inputs` columns and `units` outputs.
  using MakeCell = std::function<std::unique_ptr<Recurrence>(const std::string& name, int inputs, int units)>;

  Layers() = default;
  /// Parameters are named "NAME.layer1.forward. ...", "NAME.layer2.backward. ...". UserError where units are odd and each
  /// layer reads both ways, InternalError where a size is below 1.
  Layers(ParameterSet& parameters, const std::string& name, int inputs, const LayerOptions& options, const MakeCell& make);

  /// inputs [T, B, I], T >= 1; row b is lengths[b] steps long, and what it gives depends on those alone.
  [[nodiscard]] Layered operator()(Var inputs, std::span<const int> lengths) const;
  /// The same from a given state on, such as that of CarriedState.
  [[nodiscard]] Layered operator()(Var inputs, std::span<const int> lengths, const LayerStates& start) const;

  /// x [T, B, C], which the layers read or gave out, with dropout as it stands between them.
  [[nodiscard]] Var drop(Var x) const;

  /// One step of layers that read forward alone, from the first layer's project() of it on: the top layer's output [B,
  /// units]. The states become those after the step.
  [[nodiscard]] Var step(Var projected, LayerStates& states) const;
  /// The first layer's cell, or the first of its two.
  [[nodiscard]] const Recurrence& first() const { return *layers_.at(0).at(0).cell; }

  /// The state before the first step: zero, or the learned one for each row.
  [[nodiscard]] LayerStates initial(Tape& tape, int batch) const;
  [[nodiscard]] const LayerOptions& options() const { return options_; }

 private:
  struct Part {  // one cell of one layer
    std::unique_ptr<Recurrence> cell;
    TimeDirection direction;
    std::vector<Parameter> start;  // of each part of its state, [1, columns]; empty unless learned
  };
  LayerOptions options_;
  std::vector<std::vector<Part>> layers_;
};

/// Truncated backpropagation: the state goes from one batch to the next, the gradient does not.
class CarriedState {
 public:
  [[nodiscard]] bool empty() const { return parts_.empty(); }
  void clear() { parts_.clear(); }
  /// Keeps the values of `final`, beyond its tape.
  void take(const LayerStates& final);
  /// What was taken, as constants of another batch's tape. InternalError where nothing was.
  [[nodiscard]] LayerStates on(Tape& tape) const;

 private:
  struct Values {
    Shape shape;
    std::vector<double> numbers;
  };
  std::vector<std::vector<Values>> parts_;  // of each cell, of each part of its state
};

}  // namespace seqlab

#pragma once

// Whole training steps of known shapes on random ids, for `seqlab bench`: forward, loss, backward, clipping, Adam.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "autodiff/tape.h"
#include "nn/parameter.h"
#include "plugin/registry.h"

namespace seqlab {

class Workload {
 public:
  virtual ~Workload();
  /// One training step's loss on the tape, always on the same batch.
  virtual Var loss(Tape& tape) = 0;
  ParameterSet& parameters() { return parameters_; }
  [[nodiscard]] std::int64_t items() const { return items_; }      // tokens (source and target) or sequences of one step
  [[nodiscard]] const std::string& unit() const { return unit_; }  // "tok" or "seq"

 protected:
  Workload(std::int64_t items, std::string unit) : items_(items), unit_(std::move(unit)) {}
  ParameterSet parameters_{Precision::f32, 1};

 private:
  std::int64_t items_;
  std::string unit_;
};

const std::vector<std::string>& workload_names();
/// UserError with did-you-mean for an unknown name.
std::unique_ptr<Workload> make_workload(const std::string& name, const Registry& registry);

}  // namespace seqlab

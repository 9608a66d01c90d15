#pragma once

// Which operations of a step write the gradient of an operand first, and which add to what others wrote: found once, so that
// the loop over time neither clears nor adds where it need not.

#include <span>
#include <vector>

#include "sequence/step_program.h"

namespace seqlab {

class GradientPlaces {
 public:
  explicit GradientPlaces(const StepProgram& program);

  /// Of operation k, for each input (a linear map's: x, then the addend): add to its gradient, or write it.
  [[nodiscard]] const std::vector<bool>& adds(std::size_t k) const { return adds_[k]; }
  /// What must be zero before the operations run backward: whole inputs, parts of the state or results.
  [[nodiscard]] std::span<const StepProgram::Operand> cleared() const { return cleared_; }

 private:
  std::vector<std::vector<bool>> adds_;
  std::vector<StepProgram::Operand> cleared_;
};

}  // namespace seqlab

#include "sequence/split_projection.h"

#include "autodiff/affine.h"
#include "autodiff/layout.h"
#include "autodiff/pointwise.h"
#include "autodiff/step_trace.h"

namespace seqlab {
namespace {

/// The only operation of project(), where that is a linear map of all its inputs.
const StepTrace::Map* only_map(const StepTrace& trace, Var inputs, Var result) {
  if (trace.operations.size() != 1) return nullptr;
  const auto* map = std::get_if<StepTrace::Map>(&trace.operations[0]);
  const bool whole = map != nullptr && map->x.id() == inputs.id() && map->y.id() == result.id() && !map->sum.exists();
  return whole ? map : nullptr;
}

}  // namespace

SplitProjection::SplitProjection(const Recurrence& cell, Var known, std::int64_t fed) : cell_(cell), known_(known) {
  Tape& tape = known.tape();
  if (!tape.ids_of(known).empty() || fed == 0) return;
  const Var probe = tape.zeros({1, known.shape().columns() + fed});
  StepTrace trace;
  tape.watch(&trace);
  Var result;
  try {
    result = cell.project(probe);
  } catch (...) {
    tape.watch(nullptr);
    throw;
  }
  tape.watch(nullptr);
  const StepTrace::Map* map = only_map(trace, probe, result);
  if (map == nullptr) return;
  weight_ = map->weight;
  projected_ = affine_part(known, *map->weight, 0, map->bias);
}

Var SplitProjection::at(int t, Var fed) const {
  if (weight_ == nullptr) {
    const Var word = seqlab::at(known_, t);
    return cell_.project(fed.exists() ? concat({word, fed}) : word);
  }
  const Var known = seqlab::at(projected_, t);
  known.tape().mark_exclusive(known);
  return known + affine_part(fed, *weight_, known_.shape().columns(), nullptr);
}

}  // namespace seqlab

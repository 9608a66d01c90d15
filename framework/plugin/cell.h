#pragma once

// What the author of a recurrent cell sees. A cell knows one time step; time, batches, padding, direction and depth are the
// host's. See README.md for a whole cell.

#include <memory>
#include <string>

#include "autodiff/layout.h"
#include "autodiff/pointwise.h"
#include "core/options.h"
#include "plugin/context.h"
#include "plugin/descriptor.h"
#include "sequence/recurrence.h"

namespace seqlab {

class CellContext : public Context {
 public:
  CellContext(ParameterSet& parameters, std::string scope, int inputs, int unit_count)
      : Context(parameters, std::move(scope)), input_size(inputs), units(unit_count) {}
  int input_size;  // columns of what project() gets
  int units;       // columns of the output h
};

/// A class derived from Cell has `struct Options`, `static Schema<Options> schema()` and a constructor
/// (const Options&, CellContext&); its last line is SEQLAB_CELL(Class, "name").
class Cell : public Recurrence {
 public:
  ~Cell() override;
};

/// Zeros [batch, units], `parts` times: what most cells return from initial().
State zero_state(Tape& tape, int batch, int units, int parts);

namespace plugin_detail {
template <class Type>
Component cell_component(const char* name) {
  auto schema = PartTraits<Type>::schema();
  Component component{Kind::cell, name, {}, schema, {}, {}, {}, {}, {}, {}};
  component.make_cell = [schema](const OptionValues& values, CellContext& context) -> std::unique_ptr<Cell> {
    return std::make_unique<Type>(schema->read(values), context);
  };
  return component;
}
}  // namespace plugin_detail

}  // namespace seqlab

#define SEQLAB_CELL(TYPE, NAME) \
  SEQLAB_PLUGIN_DESCRIPTOR(     \
      [](seqlab::StagingRegistry& registry) { registry.add(seqlab::plugin_detail::cell_component<TYPE>(NAME)); })

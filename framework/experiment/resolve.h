#pragma once

// One combination of settings -> the complete settings of a run and the components it uses.

#include <string>
#include <vector>

#include "core/options.h"
#include "plugin/registry.h"

namespace seqlab {

struct Resolved {
  OptionValues settings;  // data.*, parts.*, train.* and the chosen components' options, defaults filled in
  std::vector<const Component*> components;  // the model and what fills its slots, each once
};

/// The name that fills `slot` given the values of table [parts] ("parts.cell"), following fallbacks: "none" for an optional
/// slot that nothing fills, "" for a required one.
std::string slot_filling(const Component& model, const Slot& slot, const OptionValues& given);

/// `given` holds accepted values under their full names; those of plugins that are not chosen and of slots that the model
/// does not have are left out. UserError where a required slot is not filled.
Resolved resolve(const OptionValues& given, const Registry& registry);

}  // namespace seqlab

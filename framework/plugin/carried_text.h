#pragma once

#include <string>

#include "sequence/layers.h"

namespace seqlab {

/// A carried state as text and back, to the bit: for checkpoints.
std::string text_of(const CarriedState& state);
/// EnvironmentError for text that is damaged.
CarriedState carried_state_of(const std::string& text);

}  // namespace seqlab

#pragma once

// The files that `seqlab new` writes: whole plugins and an experiment, small, that build, pass `seqlab check` and run as
// they are.

#include <string>
#include <string_view>
#include <vector>

namespace seqlab {

/// "cell", "attention", "embedding", "model", "experiment".
const std::vector<std::string>& skeleton_kinds();

/// The text of a file of this kind for a component or experiment of this name (letters, digits, '_'; an experiment's also
/// '-' and '.'). InternalError for another kind.
std::string skeleton(std::string_view kind, const std::string& name);

}  // namespace seqlab

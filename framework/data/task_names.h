#pragma once

// The closed list of tasks. What a task is made of stands in experiment/task.h; its models in plugin/model.h.

#include <string>
#include <vector>

namespace seqlab {

/// Every task that this seqlab knows, in the order in which they are listed; the first is the default of table [data].
const std::vector<std::string>& task_names();

}  // namespace seqlab

#pragma once

// Attention weights as a person looks at them: in the terminal with shaded blocks, and as one offline page.

#include <span>
#include <string>

#include "experiment/task_run.h"

namespace seqlab {

/// A block for each weight, the darker the larger: a line for each token of the target, a column for each of the source,
/// whose tokens are written downwards above. Wider than `width` columns it goes on below, in further pieces.
std::string attention_text(const ExampleAttention& attention, int width);

/// One page of HTML that needs nothing else, with a table for each example. `title` heads it.
std::string attention_page(const std::string& title, std::span<const ExampleAttention> examples);

}  // namespace seqlab

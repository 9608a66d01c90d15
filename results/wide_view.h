#pragma once

// One view per experiment with a column for each varying parameter and each metric: v_exp_attention_scores.

#include <cstdint>
#include <string>

#include "results/database.h"

namespace seqlab {

/// (Re)creates the experiment's wide view from its factors and the results there are, within the caller's transaction.
/// Columns: run, label, seed, state, seconds; the factors by their short names; "valid/exact" (best) and "valid/exact last".
/// Returns its name: "v_exp_" and the experiment's name in lower case with '_' for what is neither letter nor digit; the id
/// is appended where another experiment has that name already.
std::string make_wide_view(Database& database, std::int64_t experiment);

/// A name of a table, view or column as SQL writes it: in double quotes.
std::string quoted_identifier(const std::string& name);

}  // namespace seqlab

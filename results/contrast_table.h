#pragma once

// Contrasts with a baseline as text: a table, and in words what it lets one say.

#include <string>

#include "results/contrast.h"
#include "results/text_table.h"

namespace seqlab {

/// For a person: heading, a row for each contrast, sentences.
///
///   valid/exact (max, best epoch), against attention none: cell and seed equal
///   attention  pairs  difference        p        Holm     in a word
std::string render(const Comparison& comparison, const Contrasts& contrasts);

/// What the numbers of one contrast allow to say: "better", "undecided", "too few seeds: 6 needed" ...
std::string word_for(const Comparison& comparison, const Contrasts& contrasts, const Contrast& contrast);

/// One row per contrast: contrast, baseline, pairs, incomplete, difference, sd, low, high, p, exact, p_holm, word; and
/// examples, samples, bootstrap_seed, bootstrap_difference, bootstrap_low, bootstrap_high, bootstrap_p where it was done.
/// `rounded`: numbers as the table shows them.
TextTable contrast_rows(const Comparison& comparison, const Contrasts& contrasts, bool rounded = false);

}  // namespace seqlab

#pragma once

// `seqlab bench database`: how fast the results are stored and asked for, and how much room they take.

namespace seqlab {

/// Fills a database of its own in the folder of temporary files, measures, removes it. Prints a line for each figure with
/// what it has to reach, or a JSON object. Returns 0, or 1 where a figure falls short.
int bench_database(bool json);

}  // namespace seqlab
